using ITContrast.Data;
using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Encoders.Branches;

/// <summary>
/// Any image branch beside any caption branch.
/// <code>v = unit(images(batch))        t = unit(captions(batch))</code>
/// VSE∞ is <c>new PairEncoder(new RegionEncoder(…), new BertCaptionEncoder(…))</c>, or a <see cref="GruCaptionEncoder"/> for its cheaper variant.
/// </summary>
public sealed class PairEncoder : nn.Module, IPairEncoder
{
    private readonly IImageBranch images;
    private readonly ICaptionBranch captions;

    /// <param name="images">Disposed with the encoder.</param>
    /// <param name="captions">Disposed with the encoder.</param>
    /// <exception cref="ArgumentException">The branches end in spaces of different width.</exception>
    public PairEncoder(IImageBranch images, ICaptionBranch captions) : base(nameof(PairEncoder))
    {
        if (images.Dimension != captions.Dimension)
            throw new ArgumentException(
                $"The image branch gives vectors of {images.Dimension} numbers, the caption branch of {captions.Dimension}; give both the same dimension.",
                nameof(captions));
        (this.images, this.captions) = (images, captions);
        register_module("images", images.Module);
        register_module("captions", captions.Module);
    }

    /// <inheritdoc/>
    public int Dimension => images.Dimension;

    /// <inheritdoc/>
    public nn.Module Module => this;

    /// <inheritdoc/>
    public Tensor Images(ImageBatch batch)
    {
        using DisposeScope scope = NewDisposeScope();
        return UnitRows.Of(images.Embed(batch)).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public Tensor Captions(CaptionBatch batch)
    {
        using DisposeScope scope = NewDisposeScope();
        return UnitRows.Of(captions.Embed(batch)).MoveToOuterDisposeScope();
    }
}
