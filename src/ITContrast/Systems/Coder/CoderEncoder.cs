using ITContrast.Data;
using ITContrast.Encoders;
using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Systems.Coder;

/// <summary>
/// Both branches as one embedding, so that a dot product is their mixed score.
/// <code>u = [ √β·instance , √(1−β)·concept ]        u_image·u_caption = β·cos(instance) + (1−β)·cos(concept)</code>
/// β is tuned on the validation split (<see cref="Mix"/>), never on the test split.
/// </summary>
public sealed class CoderEncoder : IPairEncoder
{
    private readonly IPairEncoder instances;
    private readonly ConceptBranch? concepts;
    private double mix;

    internal CoderEncoder(IPairEncoder instances, ConceptBranch? concepts, double mix) => (this.instances, this.concepts, this.mix) = (instances, concepts, concepts is null ? 1 : mix);

    /// <summary>β within [0, 1]; 1 without a concept branch.</summary>
    public double Mix
    {
        get => mix;
        set => mix = value is >= 0 and <= 1 ? value : throw new ArgumentOutOfRangeException(nameof(value), $"Mix is {value}; use a number within [0, 1].");
    }

    /// <inheritdoc/>
    public int Dimension => concepts is null ? instances.Dimension : 2 * instances.Dimension;

    /// <inheritdoc/>
    public nn.Module Module => instances.Module;

    /// <inheritdoc/>
    public Tensor Images(ImageBatch batch)
    {
        var x = instances.Images(batch);
        return concepts is null ? x : Join(x, concepts.OfImages(x, concepts.Basis()));
    }

    /// <inheritdoc/>
    public Tensor Captions(CaptionBatch batch)
    {
        var x = instances.Captions(batch);
        return concepts is null ? x : Join(x, concepts.OfCaptions(x, concepts.Basis()));
    }

    private Tensor Join(Tensor instance, Tensor concept) => cat([instance * Math.Sqrt(Mix), concept * Math.Sqrt(1 - Mix)], 1);
}
