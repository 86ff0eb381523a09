using ITContrast.Evaluation.Ranking;

namespace ITContrast.Analysis;

/// <summary>
/// How far each query's positive stands above its hardest negative, over the whole gallery.
/// <code>
///   s_pos = max over positives     s_hard = max over negatives     gap = s_pos − s_hard     relative hardness = s_hard − mean(s_neg)
/// </code>
/// Scores are dot products, cosines where rows are unit rows. Source: METHODS, "similarity and hardness statistics"; the definitions are the field's [V],
/// max over an image's captions is this project's reading [I].
/// </summary>
public static class Hardness
{
    /// <summary>Measures both directions, in memory bounded by 32 rows of scores a thread.</summary>
    /// <param name="pairs">The embeddings.</param>
    /// <param name="options">Margin, bins and threads; defaults where null.</param>
    /// <exception cref="ShapeException">There is no negative: only one image, or only one group.</exception>
    public static HardnessReport Measure(EmbeddedPairs pairs, HardnessOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        options ??= new();
        return new(Of(pairs.CaptionQuery, options), Of(pairs.ImageQuery, options));
    }

    private static HardnessDirection Of(QueryDirection direction, HardnessOptions options)
    {
        direction.RequireNegatives();
        int queries = direction.Queries.Count;
        double[] positive = new double[queries], hardest = new double[queries], mean = new double[queries];
        // Cauchy-Schwarz: no score lies outside, so no second pass is needed to find the range.
        double bound = direction.Queries.LargestNorm * direction.Gallery.LargestNorm;
        var bins = new ScoreBins(bound > 0 ? bound : 1, options.Bins);
        var negatives = new long[options.Bins];
        direction.ForEachQuery(options.Threads, (query, scores) =>
        {
            var local = new long[options.Bins];
            double best = double.NegativeInfinity, hard = double.NegativeInfinity, sum = 0;
            long count = 0;
            for (int item = 0; item < scores.Length; item++)
            {
                double score = scores[item];
                if (direction.IsPositive(query, item)) best = Math.Max(best, score);
                else if (direction.IsNegative(query, item))
                {
                    hard = Math.Max(hard, score);
                    sum += score;
                    count++;
                    local[bins.Index(score)]++;
                }
            }
            (positive[query], hardest[query], mean[query]) = (best, hard, sum / count);
            lock (negatives)
                for (int bin = 0; bin < local.Length; bin++) negatives[bin] += local[bin];
        });
        return new(direction.Name, direction.Gallery.Count, positive, hardest, mean, options.Margin, bins, negatives);
    }
}
