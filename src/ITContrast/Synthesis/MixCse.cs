using static TorchSharp.torch;

namespace ITContrast.Synthesis;

/// <summary>
/// MixCSE: neighbours of the batch mixed, each mix a negative of every anchor.
/// <code>
///   h_j = normalize(λ·k_j + (1−λ)·k_{j+1})        the batch rolled by one
///   q_i·h_{i−1} := 0                              that mix holds the anchor's own positive as its larger half
/// </code>
/// The zero is a score, not <c>-inf</c>, as in the source. Mixing the positive in (j = i) keeps the gradient on hard negatives alive.
/// A mix whose other half is masked for the anchor (same image or group) is dropped [I]: the source has no groups.
/// Source: Zhang et al., AAAI 2022, <c>BDBC-KG-NLP/MixCSE_AAAI2022</c> [V], which mixes before normalisation; here keys are unit vectors already.
/// </summary>
/// <param name="share">λ, the share of the first half; default 0.2, within (0, 1).</param>
public sealed class MixCse(double share = 0.2) : MixtureSynthesis("mixcse")
{
    private readonly double share = share is > 0 and < 1
        ? share
        : throw new ArgumentOutOfRangeException(nameof(share), $"share is {share}; use a number between 0 and 1.");

    /// <inheritdoc/>
    /// <exception cref="ShapeException">The keys are not the batch's own (N ≠ B): neighbours are defined in a batch only.</exception>
    public override Mixture Mix(SynthesisContext context)
    {
        var (b, n) = (context.Direction.Count, context.Direction.KeyCount);
        if (b != n) throw new ShapeException($"MixCSE mixes neighbours of one batch, but {b} anchors came with {n} keys. Use it without a queue.");
        var (first, next) = (Rows(context), (Rows(context) + 1).remainder(b));
        var parents = stack([first, next], 1).unsqueeze(0).expand(b, b, 2);
        var weights = stack([ParentDraw.Constant(context, share, b, b), ParentDraw.Constant(context, 1 - share, b, b)], 2);

        var notNegative = context.Direction.Mask.logical_and(Own(context).logical_not());
        var dropped = notNegative.logical_or(notNegative.index_select(1, next));
        return new(parents, weights, dropped.logical_not());
    }

    /// <inheritdoc/>
    public override Tensor Score(SynthesisContext context)
    {
        var scores = base.Score(context);
        var ownIsLarger = (Rows(context) + 1).remainder(context.Direction.Count).unsqueeze(0) == context.Direction.PositiveIndex.unsqueeze(1);
        return scores.masked_fill(ownIsLarger, 0.0);
    }

    private static Tensor Rows(SynthesisContext context) =>
        arange(context.Direction.KeyCount, dtype: ScalarType.Int64, device: context.Direction.Scores.device);

    private static Tensor Own(SynthesisContext context) => Rows(context).unsqueeze(0) == context.Direction.PositiveIndex.unsqueeze(1);
}
