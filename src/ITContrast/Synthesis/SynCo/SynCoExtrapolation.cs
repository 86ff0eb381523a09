namespace ITContrast.Synthesis;

/// <summary>
/// SynCo type 2, extrapolation beyond the negative: <c>h = normalize(q + b·(n − q)), b ~ U(1, 1.5)</c>. Easier than its parent, although made to be a hard
/// negative [V].
/// </summary>
/// <param name="count">Negatives made for an anchor.</param>
public sealed class SynCoExtrapolation(int count = 16) : MixtureSynthesis("synco-2")
{
    private readonly int count = Positive.Count(count, nameof(count));

    /// <inheritdoc/>
    public override Mixture Mix(SynthesisContext context)
    {
        var (parents, valid) = ParentDraw.Hardest(context, count, 1);
        var b = ParentDraw.Uniform(context, 1, 1.5, parents.shape[0], count);
        return new(parents, b.unsqueeze(2), valid, Anchor: 1 - b);
    }
}
