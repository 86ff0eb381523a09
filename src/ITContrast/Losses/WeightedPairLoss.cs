using ITContrast.Negatives;
using ITContrast.Negatives.Weighting;
using ITContrast.Torch;
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
        if (synthetic is null)
        {
            var (pair, tell) = Pairs(scores);
            return new(pair, tell()) { Collapse = Collapse.Of(scores, pair, Plateau(scores)) };
        }
        var (rows, rowDiagnostics) = Side(Direction.OfImages(scores), synthetic.ImageAnchors);
        var (columns, columnDiagnostics) = Side(Direction.OfCaptions(scores), synthetic.CaptionAnchors);
        Tensor Level(Scores level, SyntheticScores? all) =>
            Side(Direction.OfImages(level), all!.ImageAnchors).Item1 + Side(Direction.OfCaptions(level), all.CaptionAnchors).Item1;
        return new(rows + columns, LossDiagnostics.Mean(rowDiagnostics, columnDiagnostics))
        {
            Collapse = Collapse.Of(scores, synthetic, rows + columns, Level),
        };
    }

    /// <summary>The value of <see cref="Compute"/> alone, of real negatives.</summary>
    internal Tensor Value(Scores scores) => Pairs(scores).Value;

    // Where all scores are their mean, an anchor's loss depends on its number of negatives alone: each number that there is is weighed once.
    private Tensor Plateau(Scores scores)
    {
        using var _ = no_grad();
        using var scope = NewDisposeScope();
        Tensor level = scores.Matrix.detach().mean(), left = scores.Mask.logical_not();
        using var counts = cat([left.sum([1]), left.sum([0])]).cpu();
        var sum = zeros_like(level);
        foreach (var anchors in counts.data<long>().ToArray().CountBy(number => number))
        {
            // One more than there are, left out: a row is never empty.
            var row = cat([level.expand(1, anchors.Key), full_like(level, double.NegativeInfinity).view(1, 1)], 1);
            var weights = weighting.Weigh(row, level.view(1));
            sum += (weights.Negatives.sum() - weights.Positives.sum()) * level * anchors.Value;
        }
        return (sum / scores.Matrix.shape[0]).MoveToOuterDisposeScope();
    }

    // Both directions weigh one matrix, so that their weights add up to its gradient: Σ_ij G_ij·s_ij with G = (W_rows + W_columnsᵀ − diag(w⁺_rows +
    // w⁺_columns))/B.
    private (Tensor Value, Func<IReadOnlyDictionary<string, Tensor>> Tell) Pairs(Scores scores)
    {
        Tensor gradient;
        Func<IReadOnlyDictionary<string, Tensor>> tell;
        using (no_grad())
        {
            Tensor matrix = scores.Matrix.detach(), own = matrix.diagonal();
            if (weighting.WeighSquare(matrix, scores.Mask, own) is var (weights, pull))
            {
                gradient = weights.Both;
                gradient.diagonal().sub_(pull, 2);
                tell = () => LossDiagnostics.Of(weights);
            }
            else
            {
                Tensor rows = matrix.masked_fill(scores.Mask, double.NegativeInfinity), columns = rows.T.contiguous();
                PairWeights ofRows = weighting.Weigh(rows, own), ofColumns = weighting.Weigh(columns, own);
                gradient = ofRows.Negatives + ofColumns.Negatives.T;
                gradient.diagonal().sub_(ofRows.Positives + ofColumns.Positives);
                tell = () => LossDiagnostics.Mean(
                    LossDiagnostics.Of(rows, null, own, ofRows.Negatives), LossDiagnostics.Of(columns, null, own, ofColumns.Negatives));
            }
            gradient.div_(matrix.shape[0]);
        }
        return ((gradient * scores.Matrix).sum(), tell);
    }

    /// <summary>One direction alone, anchors over any keys: a queue's for instance.</summary>
    /// <param name="negatives">Scores of the negatives, <c>[B, N]</c>, attached; <c>-inf</c> where masked.</param>
    /// <param name="positives">Scores of the positives, <c>[B]</c>, attached.</param>
    public Tensor Side(Tensor negatives, Tensor positives) => Weighted(negatives, positives).Value;

    /// <summary>
    /// What one direction over a queue asks of its anchors. Weights are stopped and keys take no gradient, so it holds the whole of the loss, and is found without
    /// recording a graph over scores.
    /// <code>g_i = Σ_j w_ij·k_j − w⁺_i·p_i        L = (1/B) Σ_i q_i·g_i        dL/dq_i = g_i/B</code>
    /// </summary>
    /// <param name="queue">The keys k.</param>
    /// <param name="anchors">q, <c>[B, D]</c>, unit rows.</param>
    /// <param name="positives">p, the keys of the anchors' own pairs, <c>[B, D]</c>.</param>
    /// <param name="imageIds">Image ids of the anchors, <c>[B]</c>.</param>
    /// <returns>g, <c>[B, D]</c>, detached.</returns>
    internal Tensor Pull(KeyQueue queue, Tensor anchors, Tensor positives, Tensor imageIds)
    {
        using var _ = no_grad();
        using var scope = NewDisposeScope();
        var (q, p) = (anchors.detach(), positives.detach());
        var own = (q * p).sum(1);
        var (sums, pull) = weighting.WeighKeys(q, queue.Keys, queue.ImageIds, imageIds, own) ?? Summed(weighting.Weigh(queue.Negatives(q, imageIds), own));
        return sums.addcmul(pull.unsqueeze(1), p, -1).MoveToOuterDisposeScope();

        (Tensor, Tensor) Summed(PairWeights weights) => (weights.Negatives.matmul(queue.Keys.to(q.dtype)), weights.Positives);
    }

    private (Tensor, IReadOnlyDictionary<string, Tensor>) Side(Direction direction, Tensor? synthesised)
    {
        var (real, positives) = (direction.Negatives, direction.Positives);
        var (value, weights) = Weighted(synthesised is null ? real : cat([real, synthesised], 1), positives);
        return (value, LossDiagnostics.Of(real, synthesised, positives, weights));
    }

    private (Tensor Value, Tensor Weights) Weighted(Tensor negatives, Tensor positives)
    {
        PairWeights weights;
        using (no_grad()) weights = weighting.Weigh(negatives.detach(), positives.detach());
        // 0 · (−inf) is not a number: what is masked is left out before it is weighted.
        var counted = negatives.masked_fill(negatives == double.NegativeInfinity, 0.0);
        return (((weights.Negatives * counted).sum(1) - weights.Positives * positives).mean(), weights.Negatives);
    }
}
