namespace ITContrast.Synthesis;

/// <summary>
/// SynCo type 5, along the gradient of the score: <c>h = normalize(n + d·∇_n(q·n)) = normalize(n + d·q)</c> [V]. Harder than its parent; no autograd is needed.
/// </summary>
/// <param name="count">Negatives made for an anchor; the source uses 64.</param>
/// <param name="step">d; default 0.01, above 0.</param>
public sealed class SynCoGradient(int count = 4, double step = 0.01) : MixtureSynthesis("synco-5")
{
    private readonly int count = Positive.Count(count, nameof(count));
    private readonly double step = Positive.Number(step, nameof(step));

    /// <inheritdoc/>
    public override Mixture Mix(SynthesisContext context)
    {
        var (parents, valid) = ParentDraw.Hardest(context, count, 1);
        var b = parents.shape[0];
        return new(parents, ParentDraw.Constant(context, 1, b, count, 1), valid, Anchor: ParentDraw.Constant(context, step, b, count));
    }
}
