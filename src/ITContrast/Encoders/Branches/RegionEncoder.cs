using ITContrast.Data;
using ITContrast.Encoders.Pooling;
using ITContrast.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Encoders.Branches;

/// <summary>
/// VSE∞'s image encoder: project each region, drop some in training, pool.
/// <code>
///   y_r = W_0 x_r + mlp(x_r)        keep_r = [u_r ≥ 0.2] in training        v = pool{ y_r : keep_r }
/// </code>
/// Dropping regions varies the size of the sets that the pooling learns from (size augmentation); it draws from the layer's stream.
/// Source: Chen et al., VSE∞ (CVPR 2021), <c>woodfrog/vse_infty</c> [V, METHODS 5.1].
/// </summary>
public sealed class RegionEncoder : nn.Module, IImageBranch, IStreamedLayer
{
    private readonly RegionEncoderOptions options;
    private readonly RegionProjection projection;
    private readonly SetPooling pooling;

    /// <param name="options">Defaults when null.</param>
    public RegionEncoder(RegionEncoderOptions? options = null) : base(nameof(RegionEncoder))
    {
        this.options = options = (options ?? new()).Validated();
        projection = new(options.RegionDimension, options.Dimension, options.Hidden);
        pooling = new(options.Pooling);
        register_module("projection", projection);
        register_module("pooling", pooling);
    }

    /// <inheritdoc/>
    public int Dimension => options.Dimension;

    /// <inheritdoc/>
    public nn.Module Module => this;

    /// <inheritdoc/>
    public LayerStream Stream { get; } = new();

    /// <inheritdoc/>
    /// <exception cref="ShapeException">Regions of another width.</exception>
    public Tensor Embed(ImageBatch batch)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor members = Members.OfImages(batch, options.RegionDimension);
        Tensor kept = Kept(members);
        return pooling.Pool(projection.Project(batch.Values, members, kept), kept).MoveToOuterDisposeScope();
    }

    private Tensor Kept(Tensor members)
    {
        if (!training || options.DropRegions == 0) return members;
        using Generator generator = Stream.Next(members.device);
        Tensor kept = members.logical_and(rand(members.shape, dtype: ScalarType.Float32, device: members.device, generator: generator) >= options.DropRegions);
        // A set that lost all its regions keeps them all.
        return kept.logical_or(members.logical_and(kept.any(1, keepdim: true).logical_not()));
    }
}
