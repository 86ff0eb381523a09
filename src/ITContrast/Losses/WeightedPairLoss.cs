using ITContrast.Negatives;
using ITContrast.Negatives.Weighting;
using static TorchSharp.torch;

namespace ITContrast.Losses;

/// <summary>
/// A loss defined by the weights it gives to pairs: its gradient is the weighting's, its value the weighted sum.
/// <code>L = (1/B) Σ_i ( Σ_j sg(w_ij)·s_ij − sg(w⁺_i)·s⁺_i ), mean of anchors, directions added</code>
/// Because weights are stopped, values of different weightings cannot be compared; recalls can.
/// Source: the general pair weighting view of metric losses; CODER's "adaptive negative-pair weighting" is one choice of it [A, I].
/// </summary>
/// <param name="weighting">How pairs are weighted.</param>
public sealed class WeightedPairLoss(IPairWeighting weighting) : IPairLoss
{
    /// <inheritdoc/>
    public LossResult Compute(Scores scores, SyntheticScores? synthetic = null)
    {
        var (rows, rowDiagnostics) = Side(Direction.OfImages(scores), synthetic?.ImageAnchors);
        var (columns, columnDiagnostics) = Side(Direction.OfCaptions(scores), synthetic?.CaptionAnchors);
        return new(rows + columns, LossDiagnostics.Mean(rowDiagnostics, columnDiagnostics));
    }

    /// <summary>One direction alone: anchors over any keys, a queue's for instance.</summary>
    public (Tensor Value, IReadOnlyDictionary<string, Tensor> Diagnostics) Side(Direction direction, Tensor? synthesised = null)
    {
        var (real, positives) = (direction.Negatives, direction.Positives);
        var all = synthesised is null ? real : cat([real, synthesised], 1);
        PairWeights weights;
        using (no_grad()) weights = weighting.Weigh(all.detach(), positives.detach());
        // 0 · (−inf) is not a number: what is masked is left out before it is weighted.
        var counted = all.masked_fill(all.isfinite().logical_not(), 0.0);
        var value = ((weights.Negatives * counted).sum(1) - weights.Positives * positives).mean();
        return (value, LossDiagnostics.Of(real, synthesised, positives, weights.Negatives));
    }
}
