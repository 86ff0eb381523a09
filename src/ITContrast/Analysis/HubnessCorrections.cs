using ITContrast.Evaluation;
using ITContrast.Evaluation.Corrections;
using ITContrast.Evaluation.Ranking;

namespace ITContrast.Analysis;

/// <summary>
/// Hubness and recall before and after the published corrections, caption queries over images, with the test captions themselves as the bank: every
/// corrected row is <em>transductive</em> and compares only with its like.
/// <code>
///   s'(q, g) = s(q, g) − c(g)        N_k and R@1 by s' instead of s
/// </code>
/// Corrections: <see cref="Csls"/>, <see cref="InvertedSoftmax"/>, <see cref="QueryBankNorm"/>, <see cref="DualBankNorm"/>, <see cref="Sinkhorn"/>. Source:
/// METHODS 7 [V for the corrections].
/// </summary>
public static class HubnessCorrections
{
    /// <summary>Measures plain scores, then each correction.</summary>
    /// <param name="pairs">The embeddings.</param>
    /// <param name="k">The k of N_k, at least 1; cut to the gallery's size.</param>
    /// <param name="threads">Threads; 0 takes what torch is set to use. No number changes with it.</param>
    public static HubnessCorrectionReport Measure(EmbeddedPairs pairs, int k = 10, int threads = 0)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        ArgumentOutOfRangeException.ThrowIfLessThan(k, 1);
        QueryDirection direction = pairs.CaptionQuery;
        int places = Math.Min(k, direction.Gallery.Count), workers = Workers.Number(new RetrievalOptions { Threads = threads });
        ScoreBank bank = new(direction.Queries, direction.Gallery, direction.Gallery, workers);
        ScoreCorrection[] corrections = [new Csls(), new InvertedSoftmax(), new QueryBankNorm(), new DualBankNorm(), new Sinkhorn()];
        return new(places, direction.Queries.Count, direction.Gallery.Count,
        [
            Of(direction, "none", new Correction(new double[direction.Gallery.Count]), places, threads),
            .. corrections.Select(correction => Of(direction, correction.Name, correction.Learn(bank), places, threads)),
        ]);
    }

    private static CorrectedHubness Of(QueryDirection direction, string name, Correction correction, int places, int threads)
    {
        int items = direction.Gallery.Count;
        int[] counts = new int[items], hits = new int[direction.Queries.Count];
        direction.ForEachQuery(threads, (query, scores) =>
        {
            double[] corrected = scores.ToArray();
            var best = new int[1];
            TopItems.Select(corrected, best);
            if (correction.Hubs is null || correction.Hubs[best[0]])
                for (int item = 0; item < items; item++) corrected[item] -= correction.Offsets[item];
            var top = new int[places];
            TopItems.Select(corrected, top);
            foreach (int item in top) Interlocked.Increment(ref counts[item]);
            hits[query] = direction.IsPositive(query, top[0]) ? 1 : 0;
        });
        HubCounts hubs = new(places, direction.Queries.Count, counts);
        return new(name, hubs.Skewness, hubs.NeverRetrieved, hubs.Largest, 100 * hits.Average());
    }
}
