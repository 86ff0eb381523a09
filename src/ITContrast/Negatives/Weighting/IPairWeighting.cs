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

    /// <summary>
    /// The score at or below which a negative may be left out: so many of them together change no weight, and none of theirs, by more than float32's rounding
    /// of 1; −∞ where none may be.
    /// </summary>
    /// <param name="count">N, at least 1.</param>
    double Negligible(long count) => double.NegativeInfinity;
}

/// <summary>Weights of one direction.</summary>
/// <param name="Negatives">w, <c>[B, N]</c>; 0 where masked.</param>
/// <param name="Positives">w⁺, <c>[B]</c>.</param>
public readonly record struct PairWeights(Tensor Negatives, Tensor Positives);
