using ITContrast.Torch;
using static TorchSharp.torch;

namespace ITContrast.Negatives.Weighting;

/// <summary>
/// How much gradient each pair gets. The gradient of any pair loss is a weighting of scores, so a weighting is a loss up to its value:
/// <code>∂L/∂s_ij = w_ij (negatives)        ∂L/∂s⁺_i = −w⁺_i</code>
/// CODER criticises "manually weighting negative pairs" and weights them adaptively [A]; the rules here are the verified relatives that its comparison needs.
/// </summary>
public interface IPairWeighting
{
    /// <summary>Short name for tables and run configurations.</summary>
    string Name { get; }

    /// <summary>Weights of a direction's pairs, detached and non-negative.</summary>
    /// <param name="negatives">Scores of the negatives, <c>[B, N]</c>, detached; <c>-inf</c> where masked, whose weight is 0.</param>
    /// <param name="positives">Scores of the positives, <c>[B]</c>, detached.</param>
    PairWeights Weigh(Tensor negatives, Tensor positives);

    /// <summary>Weights of a batch's negatives in both directions at once.</summary>
    /// <param name="scores">s, <c>[B, B]</c>, detached.</param>
    /// <param name="mask"><c>[B, B]</c> bool, true where a pair is not a negative.</param>
    /// <param name="positives">The diagonal of s, <c>[B]</c>.</param>
    /// <returns>Weights of both directions added up, and one direction's w⁺; null where the directions are weighed one by one.</returns>
    (SquareWeights Negatives, Tensor Positives)? WeighSquare(Tensor scores, Tensor mask, Tensor positives) => null;

    /// <summary>
    /// The same of a dictionary's keys, which take no gradient, as the sums that a loss over them asks for, without writing their <c>[B, N]</c> scores.
    /// </summary>
    /// <param name="anchors">q, <c>[B, D]</c>, detached unit rows.</param>
    /// <param name="keys">k, <c>[N, D]</c>, unit rows.</param>
    /// <param name="keyIds">Ids of the keys, <c>[N]</c> int64; below 0 where masked for all.</param>
    /// <param name="ids">Ids of the anchors, <c>[B]</c> int64; keys of an anchor's own id are masked.</param>
    /// <param name="positives">Scores of the positives, <c>[B]</c>, detached.</param>
    /// <returns><c>Σ_j w_ij·k_j</c>, <c>[B, D]</c>, and w⁺, <c>[B]</c>; null where scores are the quicker way: for this weighting, or for this processor.</returns>
    (Tensor Sums, Tensor Positives)? WeighKeys(Tensor anchors, Tensor keys, Tensor keyIds, Tensor ids, Tensor positives) => null;
}

/// <summary>Weights of one direction.</summary>
/// <param name="Negatives">w, <c>[B, N]</c>; 0 where masked.</param>
/// <param name="Positives">w⁺, <c>[B]</c>.</param>
public readonly record struct PairWeights(Tensor Negatives, Tensor Positives);
