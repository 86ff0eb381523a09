using ITContrast.Data;
using ITContrast.Encoders;
using ITContrast.Evaluation;
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
    private const int Steps = 20;
    private readonly IPairEncoder instances;
    private readonly ConceptBranch? concepts;
    private readonly Mixing mixing = new();

    internal CoderEncoder(IPairEncoder instances, ConceptBranch? concepts, double mix)
    {
        (this.instances, this.concepts) = (instances, concepts);
        Mix = concepts is null ? 1 : mix;
    }

    /// <summary>β within [0, 1], saved with the model in float32; 1 without a concept branch.</summary>
    public double Mix
    {
        get => mixing.Value;
        set =>
            mixing.Value = value is >= 0 and <= 1
                ? value
                : throw new ArgumentOutOfRangeException(nameof(value), $"Mix is {value}; use a number within [0, 1].");
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

    /// <summary>β's own module, a buffer of one number.</summary>
    internal nn.Module Mixed => mixing;

    /// <summary>
    /// Sets β to the one of 0, 0.05 … 1 that retrieves best, the largest of equals.
    /// </summary>
    /// <param name="view">The validation split.</param>
    /// <returns>R-sum of the branches alone and of the mix that was chosen.</returns>
    internal (double Instance, double Concept, double Mixed) Tune(ValidationView view)
    {
        using var scope = NewDisposeScope();
        Mix = 0.5;
        var (images, captions) = view.Embed();
        double RSum(double beta) => Retrieval.Evaluate(Weighted(images, beta), Weighted(captions, beta), view.ImageOf).RSum;
        double[] found = [.. Enumerable.Range(0, Steps + 1).Select(i => RSum(i / (double)Steps))];
        var best = Array.LastIndexOf(found, found.Max());
        Mix = best / (double)Steps;
        return (found[^1], found[0], found[best]);
    }

    // Both halves were joined with √½.
    private Tensor Weighted(Tensor joined, double beta)
    {
        var half = instances.Dimension;
        return cat([joined.narrow(1, 0, half) * Math.Sqrt(2 * beta), joined.narrow(1, half, half) * Math.Sqrt(2 * (1 - beta))], 1);
    }

    private Tensor Join(Tensor instance, Tensor concept) => cat([instance * Math.Sqrt(Mix), concept * Math.Sqrt(1 - Mix)], 1);

    private sealed class Mixing : nn.Module
    {
        private readonly Tensor value = ones(1);

        public Mixing() : base(nameof(Mixing)) => register_buffer("value", value);

        public double Value
        {
            get => value.item<float>();
            set => this.value.fill_(value);
        }
    }
}
