using static TorchSharp.torch;

namespace ITContrast.Synthesis;

/// <summary>
/// SynCo type 4, noise: <c>h = normalize(n + ε), ε ~ N(0, σ²I)</c> [V]. Noise has no Gram form, so its vectors are always made.
/// </summary>
/// <param name="count">Negatives made for an anchor; the source uses 64.</param>
/// <param name="sigma">σ; default 0.01, above 0.</param>
public sealed class SynCoNoise(int count = 4, double sigma = 0.01) : INegativeSynthesis
{
    private readonly int count = Positive.Count(count, nameof(count));
    private readonly double sigma = Positive.Number(sigma, nameof(sigma));

    /// <inheritdoc/>
    public string Name => "synco-4";

    /// <inheritdoc/>
    public Tensor Score(SynthesisContext context)
    {
        var (parents, valid) = ParentDraw.Hardest(context, count, 1);
        var vectors = context.SourceKeys.index_select(0, parents.reshape(-1)).view(parents.shape[0], count, -1);
        var noisy = vectors + randn(vectors.shape, dtype: vectors.dtype, device: vectors.device, generator: context.Random) * sigma;
        var unit = nn.functional.normalize(noisy, dim: 2);
        return (unit * context.Direction.Anchors.unsqueeze(1)).sum(2).masked_fill(valid.logical_not(), double.NegativeInfinity);
    }
}
