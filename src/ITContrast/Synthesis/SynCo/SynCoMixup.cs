using static TorchSharp.torch;

namespace ITContrast.Synthesis;

/// <summary>
/// SynCo type 3, mixup of two negatives: <c>h = normalize(g·n₁ + (1−g)·n₂), g ~ U(0, 1)</c>.
/// A mix of two that both score s scores above s if s is positive, below it if s is negative [V].
/// </summary>
/// <param name="count">Negatives made for an anchor.</param>
public sealed class SynCoMixup(int count = 16) : MixtureSynthesis("synco-3")
{
    private readonly int count = Positive.Count(count, nameof(count));

    /// <inheritdoc/>
    public override Mixture Mix(SynthesisContext context)
    {
        var (parents, valid) = ParentDraw.Hardest(context, count, 2);
        var g = ParentDraw.Uniform(context, 0, 1, parents.shape[0], count, 1);
        return new(parents, cat([g, 1 - g], 2), valid);
    }
}
