using ITContrast.Data;
using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Encoders;

/// <summary>
/// ConVSE's projection heads on top of any encoders, exact in shape [V]:
/// <code>g(x) = normalize( W₂ · relu( W₁ x ) )        W₁: D → 2D without bias, W₂: 2D → D; one head a modality</code>
/// Source: <c>anuragjain96/ConVsepp</c>: Linear(1024, 2048, no bias), ReLU, Linear(2048, 1024), on unit embeddings.
/// </summary>
public sealed class ProjectionHeads : nn.Module, IPairEncoder
{
    private readonly IPairEncoder encoder;
    private readonly nn.Module<Tensor, Tensor> images, captions;

    /// <summary>Puts heads on encoders.</summary>
    /// <param name="encoder">The base embedding; disposed with the heads.</param>
    public ProjectionHeads(IPairEncoder encoder) : base(nameof(ProjectionHeads))
    {
        this.encoder = encoder;
        (images, captions) = (Head(encoder.Dimension), Head(encoder.Dimension));
        register_module("base", encoder.Module);
        register_module("images", images);
        register_module("captions", captions);
    }

    private static nn.Module<Tensor, Tensor> Head(int d) =>
        nn.Sequential(("widen", nn.Linear(d, 2 * d, hasBias: false)), ("relu", nn.ReLU()), ("narrow", nn.Linear(2 * d, d)));

    /// <summary>What the heads stand on.</summary>
    public IPairEncoder Base => encoder;

    /// <inheritdoc/>
    public int Dimension => encoder.Dimension;

    /// <inheritdoc/>
    public nn.Module Module => this;

    /// <inheritdoc/>
    public Tensor Images(ImageBatch batch) => UnitRows.Of(images.call(encoder.Images(batch)));

    /// <inheritdoc/>
    public Tensor Captions(CaptionBatch batch) => UnitRows.Of(captions.call(encoder.Captions(batch)));
}
