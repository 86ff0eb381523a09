using ITContrast.Torch;
using static TorchSharp.torch;

namespace ITContrast.Negatives;

/// <summary>
/// Each anchor's K hardest negatives, sorted from hard to easy: the "profiling" of ITContrast [A for the step, I for the rule].
/// <code>
///   val_i1 ≥ val_i2 ≥ … ≥ val_iK        val_ik = s_{i, idx_ik},  masked keys never taken before unmasked ones
/// </code>
/// Ties are broken as torch's <c>topk</c> does on the device at hand. Profiles carry no gradient: they choose, the scores teach.
/// </summary>
/// <param name="Values">Scores of the chosen negatives, <c>[B, K]</c>, detached; <c>-inf</c> where an anchor has fewer than K negatives.</param>
/// <param name="Indices">Their rows among the keys, <c>[B, K]</c> int64; meaningless where the value is <c>-inf</c>.</param>
public sealed record HardnessProfile(Tensor Values, Tensor Indices)
{
    private Tensor? available;

    /// <summary>Profiles a direction.</summary>
    /// <param name="direction">Anchors, keys and mask; same-image keys must be masked.</param>
    /// <param name="hardest">K; 0 takes all N − 1.</param>
    /// <exception cref="ShapeException">K is larger than the N − 1 keys that can be negatives of an anchor.</exception>
    public static HardnessProfile Of(Direction direction, int hardest)
    {
        var most = (int)direction.KeyCount - 1;
        if (hardest < 0 || hardest > most)
            throw new ShapeException(
                $"The {hardest} hardest negatives were asked of a batch in which an anchor has at most {most}. Use K ≤ {most}, or a larger batch.");
        var k = hardest == 0 ? Math.Max(most, 1) : hardest;
        var (values, indices) = Largest.Of(direction.Scores, direction.Mask, k);
        return new(values, indices);
    }

    /// <summary>K.</summary>
    public int Count => (int)Values.shape[1];

    /// <summary>How many of an anchor's K are real negatives, <c>[B]</c> int64; they come first. Counted when first asked for.</summary>
    public Tensor Available => available ??= Valid.sum(1);

    /// <summary>True where the entry is a real negative, <c>[B, K]</c>.</summary>
    public Tensor Valid => Values > double.NegativeInfinity;
}
