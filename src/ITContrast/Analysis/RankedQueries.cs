namespace ITContrast.Analysis;

/// <summary>
/// What each query retrieves, and by how much it is wrong: what a retrieval browser shows.
/// <code>
///   wrongness(q) = max over negatives s(q, n) − max over positives s(q, p)        above 0: a wrong item comes first
/// </code>
/// Equal scores: the lower row comes first, as in the evaluator. Items of the query's group are neither positive nor negative.
/// </summary>
public static class RankedQueries
{
    /// <summary>Ranks both directions and keeps the most wrong queries.</summary>
    /// <param name="pairs">The embeddings.</param>
    /// <param name="top">Items kept of each query, at least 1; cut to the gallery's size.</param>
    /// <param name="most">Queries kept of each direction, the most wrong first, at least 1.</param>
    /// <param name="threads">Threads; 0 takes what torch is set to use. No number changes with it.</param>
    /// <exception cref="ShapeException">A query has no negative.</exception>
    public static RankedQueryReport Measure(EmbeddedPairs pairs, int top = 10, int most = 2000, int threads = 0)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        ArgumentOutOfRangeException.ThrowIfLessThan(top, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 1);
        return new(Of(pairs.CaptionQuery, top, most, threads), Of(pairs.ImageQuery, top, most, threads));
    }

    private static RankedDirection Of(QueryDirection direction, int top, int most, int threads)
    {
        direction.RequireNegatives();
        int places = Math.Min(top, direction.Gallery.Count);
        var ranked = new RankedQuery[direction.Queries.Count];
        direction.ForEachQuery(threads, (query, scores) =>
        {
            int[] items = new int[places], wanted = new int[1], wrong = new int[1];
            TopItems.Select(scores, items);
            TopItems.Select(scores, wanted, item => direction.IsPositive(query, item));
            bool hasWrong = TopItems.Select(scores, wrong, item => direction.IsNegative(query, item)) > 0;
            int rank = 0;
            for (int item = 0; item < scores.Length; item++)
                if (scores[item] > scores[wanted[0]] || (scores[item] == scores[wanted[0]] && item < wanted[0])) rank++;
            var kept = new RankedItem[places];
            for (int place = 0; place < places; place++)
                kept[place] = new(items[place], scores[items[place]], direction.IsPositive(query, items[place]), direction.IsSibling(query, items[place]));
            ranked[query] = new(
                query, rank, hasWrong ? scores[wrong[0]] - scores[wanted[0]] : double.NegativeInfinity, new(wanted[0], scores[wanted[0]], true, false), kept);
        });
        return new(
            direction.Name,
            ranked.Length,
            direction.Gallery.Count,
            ranked.Count(query => query.Rank == 0) / (double)ranked.Length,
            ranked.Count(query => query.Wrongness > 0) / (double)ranked.Length,
            [.. ranked.OrderByDescending(query => query.Wrongness).ThenBy(query => query.Query).Take(most)]);
    }
}
