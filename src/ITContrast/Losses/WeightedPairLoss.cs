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
    // bfloat16 rounds both unit rows and their product: 2·2⁻⁹ + 2⁻⁹ at most.
    private const double RoughError = 0.008;

    // One key at a time costs about so many times what it does in a product.
    private const long WorthwhileShare = 12, Probed = 64;

    /// <inheritdoc/>
    public LossResult Compute(Scores scores, SyntheticScores? synthetic = null)
    {
        if (synthetic is null)
        {
            var (pair, weighed) = Pairs(scores);
            var diagnostics = LossDiagnostics.Mean(
                LossDiagnostics.Of(weighed.Rows, null, weighed.Own, weighed.OfRows),
                LossDiagnostics.Of(weighed.Columns, null, weighed.Own, weighed.OfColumns));
            return new(pair, diagnostics) { Collapse = Collapse.Of(scores, null, pair, (level, _) => Value(level)) };
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

    // Both directions weigh one matrix, so that their weights add up to its gradient: Σ_ij G_ij·s_ij with G = (W_rows + W_columnsᵀ − diag(w⁺_rows +
    // w⁺_columns))/B.
    private (Tensor Value, (Tensor Rows, Tensor Columns, Tensor OfRows, Tensor OfColumns, Tensor Own) Weighed) Pairs(Scores scores)
    {
        Tensor gradient, rows, columns, own;
        PairWeights ofRows, ofColumns;
        using (no_grad())
        {
            var matrix = scores.Matrix.detach();
            (rows, own) = (matrix.masked_fill(scores.Mask, double.NegativeInfinity), matrix.diagonal());
            columns = rows.T.contiguous();
            (ofRows, ofColumns) = (weighting.Weigh(rows, own), weighting.Weigh(columns, own));
            gradient = ofRows.Negatives + ofColumns.Negatives.T;
            gradient.diagonal().sub_(ofRows.Positives + ofColumns.Positives);
            gradient.div_(matrix.shape[0]);
        }
        return ((gradient * scores.Matrix).sum(), (rows, columns, ofRows.Negatives, ofColumns.Negatives, own));
    }

    /// <summary>One direction alone, anchors over any keys: a queue's for instance.</summary>
    /// <param name="negatives">Scores of the negatives, <c>[B, N]</c>, attached; <c>-inf</c> where masked.</param>
    /// <param name="positives">Scores of the positives, <c>[B]</c>, attached.</param>
    public Tensor Side(Tensor negatives, Tensor positives) => Weighted(negatives, positives).Value;

    /// <summary>
    /// One direction over keys that take no gradient, without a graph over their scores: the weighted sum of scores is one product with the weighted sum of
    /// keys.
    /// <code>Σ_j w_ij·(q_i·k_j) = q_i·(Σ_j w_ij·k_j)</code>
    /// </summary>
    /// <param name="keys">k, <c>[N, D]</c>.</param>
    /// <param name="negatives">Scores q·k, <c>[B, N]</c>; <c>-inf</c> where masked.</param>
    /// <param name="positives">Scores of the positives, <c>[B]</c>.</param>
    internal WeightedKeys Over(Tensor keys, Tensor negatives, Tensor positives)
    {
        var weights = weighting.Weigh(negatives, positives);
        return new(weights.Negatives.matmul(keys), weights.Positives);
    }

    /// <summary>
    /// The same where most keys are too far away to count: those that are near are found by a rough product, and scored, weighted and summed alone.
    /// </summary>
    /// <param name="anchors">q, <c>[B, D]</c>, detached unit rows.</param>
    /// <param name="keys">k, <c>[N, D]</c>, unit rows.</param>
    /// <param name="product">Rough scores of anchors with keys, <c>q·kᵀ</c>.</param>
    /// <param name="keyIds">Ids of the keys, <c>[N]</c>, below 0 where masked for all.</param>
    /// <param name="ids">Ids of the anchors, <c>[B]</c>; keys of an anchor's own id are masked.</param>
    /// <param name="positives">Scores of the positives, <c>[B]</c>.</param>
    /// <returns>Null where the weighting leaves nothing out, or too many keys are near.</returns>
    internal WeightedKeys? OverNear(Tensor anchors, Tensor keys, Func<Tensor, Tensor, Tensor> product, Tensor keyIds, Tensor ids, Tensor positives)
    {
        var floor = weighting.Negligible(keys.shape[0]) - RoughError;
        if (floor < -1) return null;
        // A corner of the product tells whether the space is so crowded that the whole would be for nothing.
        if (anchors.shape[0] > Probed && Find(Probed, Math.Min(4 * Probed, keys.shape[0])) is null) return null;
        if (Find(anchors.shape[0], keys.shape[0]) is not var (scores, columns)) return null;
        var weights = weighting.Weigh(scores, positives);
        return new(NearKeys.Sum(weights.Negatives, columns, keys), weights.Positives);

        (Tensor, Tensor)? Find(long anchorCount, long keyCount)
        {
            Tensor some = anchors.narrow(0, 0, anchorCount), held = keys.narrow(0, 0, keyCount);
            return NearKeys.Of(
                product(some, held), some, held, keyIds.narrow(0, 0, keyCount), ids.narrow(0, 0, anchorCount), floor,
                anchorCount * keyCount / WorthwhileShare);
        }
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
