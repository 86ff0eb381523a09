using static TorchSharp.torch;

namespace ITContrast.Synthesis;

/// <summary>
/// Synthesised negatives as recipes, before anything is mixed: M per anchor, each from m keys and, where the operator asks for it, the anchor itself.
/// <code>
///   h̃ = Σ_k a_k n_k + c·q + e·sign(q)        h = h̃ / ‖h̃‖
/// </code>
/// Every verified operator but noise has this form, which is why their scores can be read off score and Gram matrices.
/// </summary>
/// <param name="Parents">Rows among the keys, <c>[B, M, m]</c> int64.</param>
/// <param name="Weights">a, <c>[B, M, m]</c>; zero leaves a parent out.</param>
/// <param name="Valid">False where a negative could not be made (no parent): its score is <c>-inf</c>. <c>[B, M]</c>.</param>
/// <param name="Anchor">c, <c>[B, M]</c>; null is zero.</param>
/// <param name="Sign">e, <c>[B, M]</c>; null is zero. Not together with <paramref name="Anchor"/>.</param>
public sealed record Mixture(Tensor Parents, Tensor Weights, Tensor Valid, Tensor? Anchor = null, Tensor? Sign = null)
{
    /// <summary>Below this squared length the parents cancel and the mixture has no direction: its score is <c>-inf</c> on both paths.</summary>
    public const double SmallestSquare = 1e-6;

    /// <summary>M, negatives made for an anchor.</summary>
    public long Count => Parents.shape[1];

    /// <summary>m, parents of one negative.</summary>
    public long ParentCount => Parents.shape[2];
}
