namespace ITContrast.Synthesis;

/// <summary>
/// SynCo type 1, interpolation towards the anchor: <c>h = normalize(a·q + (1−a)·n), a ~ U(0, 0.5)</c>. Harder than its parent.
/// Source: SynCo, <c>synco/builder.py</c> [V]; the same formula as MoCHi type 2, drawn as SynCo draws.
/// </summary>
/// <param name="count">Negatives made for an anchor; the source uses 256 from the 1,024 hardest of a queue.</param>
public sealed class SynCoInterpolation(int count = 16) : MixtureSynthesis("synco-1")
{
    private readonly int count = Positive.Count(count, nameof(count));

    /// <inheritdoc/>
    public override Mixture Mix(SynthesisContext context)
    {
        var (parents, valid) = ParentDraw.Hardest(context, count, 1);
        var a = ParentDraw.Uniform(context, 0, 0.5, parents.shape[0], count);
        return new(parents, (1 - a).unsqueeze(2), valid, Anchor: a);
    }
}
