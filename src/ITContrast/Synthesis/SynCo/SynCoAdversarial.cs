namespace ITContrast.Synthesis;

/// <summary>
/// SynCo type 6, the adversarial step: <c>h = normalize(n + e·sign(∇_n(q·n))) = normalize(n + e·sign(q))</c> [V].
/// Usually harder than its parent; its strength grows with √D, and near s = 1 it is easier.
/// </summary>
/// <param name="count">Negatives made for an anchor; the source uses 64.</param>
/// <param name="step">e; default 0.01, above 0.</param>
public sealed class SynCoAdversarial(int count = 4, double step = 0.01) : MixtureSynthesis("synco-6")
{
    private readonly int count = Positive.Count(count, nameof(count));
    private readonly double step = Positive.Number(step, nameof(step));

    /// <inheritdoc/>
    public override Mixture Mix(SynthesisContext context)
    {
        var (parents, valid) = ParentDraw.Hardest(context, count, 1);
        var b = parents.shape[0];
        return new(parents, ParentDraw.Constant(context, 1, b, count, 1), valid, Sign: ParentDraw.Constant(context, step, b, count));
    }
}
