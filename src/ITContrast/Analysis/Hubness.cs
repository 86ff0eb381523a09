namespace ITContrast.Analysis;

/// <summary>
/// Items that turn up for many queries (hubs), and those that turn up for none (anti-hubs).
/// <code>
///   N_k(y) = #{queries with y in their top k}     S_k = E[(N_k − μ)³] / σ³     (0 where σ = 0)
/// </code>
/// Equal scores: the lower row comes first, as in the evaluator. Source: Radovanović et al., JMLR 2010; DBSN's code for k = 10 [V].
/// </summary>
public static class Hubness
{
    /// <summary>Counts N_k in both directions.</summary>
    /// <param name="pairs">The embeddings.</param>
    /// <param name="cuts">The k, at least 1 each, cut to the gallery's size; 1 and 10 where null.</param>
    /// <param name="threads">Threads; 0 takes what torch is set to use. No number changes with it.</param>
    /// <exception cref="ArgumentException">No k, or one below 1.</exception>
    public static HubnessReport Measure(EmbeddedPairs pairs, IReadOnlyList<int>? cuts = null, int threads = 0)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        int[] places = [.. cuts ?? [1, 10]];
        if (places.Length == 0 || places.Any(k => k < 1))
            throw new ArgumentException($"Hubness needs cuts k of at least 1; found [{string.Join(", ", places)}].", nameof(cuts));
        return new(Of(pairs.CaptionQuery, places, threads), Of(pairs.ImageQuery, places, threads));
    }

    private static HubnessDirection Of(QueryDirection direction, int[] cuts, int threads)
    {
        int items = direction.Gallery.Count;
        int[] places = [.. cuts.Select(k => Math.Min(k, items)).Distinct().Order()];
        int[][] counts = [.. places.Select(_ => new int[items])];
        direction.ForEachQuery(threads, (_, scores) =>
        {
            var top = new int[places[^1]];
            TopItems.Select(scores, top);
            for (int cut = 0; cut < places.Length; cut++)
                foreach (int item in top.AsSpan(0, places[cut])) Interlocked.Increment(ref counts[cut][item]);
        });
        return new(direction.Name, direction.Items, direction.Queries.Count,
            [.. places.Select((k, cut) => new HubCounts(k, direction.Queries.Count, counts[cut]))]);
    }
}
