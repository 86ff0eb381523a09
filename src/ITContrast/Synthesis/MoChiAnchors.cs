namespace ITContrast.Synthesis;

/// <summary>
/// MoCHi type 2: mixes of the anchor itself into its hardest negatives, always nearer to the negative.
/// <code>h = normalize(b·q + (1−b)·n_j)        j ~ U{1..K},  b ~ U(0, 0.5)</code>
/// Source: Kalantidis et al., NeurIPS 2020 [V].
/// </summary>
/// <param name="count">s′, negatives made for an anchor; at least 1.</param>
public sealed class MoChiAnchors(int count = 16) : MixtureSynthesis("mochi-2")
{
    private readonly int count = Positive.Count(count, nameof(count));

    /// <inheritdoc/>
    public override Mixture Mix(SynthesisContext context)
    {
        var (parents, valid) = ParentDraw.Hardest(context, count, 1);
        var b = ParentDraw.Uniform(context, 0, 0.5, parents.shape[0], count);
        return new(parents, (1 - b).unsqueeze(2), valid, Anchor: b);
    }
}
