namespace ITContrast.Evaluation.Ranking;

/// <summary>
/// Queries that have positives, and every (query, positive) pair with its defined score, sorted by query: what <see cref="PairRanks"/> counts for.
/// </summary>
/// <param name="Asked">The judged queries' rows.</param>
/// <param name="Queries">Their row numbers among all queries, ascending.</param>
/// <param name="Pairs">With <see cref="PositivePair.Query"/> a row of <paramref name="Asked"/>.</param>
internal sealed record JudgedPairs(Rows Asked, int[] Queries, PositivePair[] Pairs)
{
    /// <param name="queries">Query rows.</param>
    /// <param name="gallery">Gallery rows, all of them.</param>
    /// <param name="positives">Per query row its positive gallery rows; an empty array leaves the query out.</param>
    /// <exception cref="ShapeException">Lengths or widths disagree, a positive is no gallery row or is named twice, or no query is judged.</exception>
    public static JudgedPairs Of(Rows queries, Rows gallery, IReadOnlyList<int[]> positives)
    {
        Require(queries, gallery, positives);
        int[] judged = [.. Enumerable.Range(0, positives.Count).Where(query => positives[query].Length > 0)];
        Rows asked = judged.Length == queries.Count ? queries : queries.Gather(judged);
        int[] pairQuery = [.. judged.SelectMany((query, place) => Enumerable.Repeat(place, positives[query].Length))];
        int[] pairItem = [.. judged.SelectMany(query => positives[query])];
        double[] scores = DefinedScore.OfPairs(asked, pairQuery, gallery, pairItem);
        return new(asked, judged, [.. pairQuery.Select((query, pair) => new PositivePair(query, pairItem[pair], scores[pair]))]);
    }

    /// <summary>The metrics, once every pair has its count over the whole gallery.</summary>
    public static ExtendedReport Report(int gallery, int[] queries, PositivePair[] pairs, PairCount[] counts)
    {
        var ranks = new int[queries.Length][];
        for (int query = 0, pair = 0; query < queries.Length; query++)
        {
            int start = pair;
            while (pair < pairs.Length && pairs[pair].Query == query) pair++;
            ranks[query] = [.. counts[start..pair].Select(count => count.Rank).Order()];
        }
        return new(gallery, queries, ranks);
    }

    private static void Require(Rows queries, Rows gallery, IReadOnlyList<int[]> positives)
    {
        ArgumentNullException.ThrowIfNull(positives);
        if (queries.Width != gallery.Width)
            throw new ShapeException($"queries have width {queries.Width}, the gallery {gallery.Width}: expected one width for both.");
        if (positives.Count != queries.Count)
            throw new ShapeException($"positives: expected one array a query, {queries.Count}, found {positives.Count}.");
        for (int query = 0; query < positives.Count; query++)
        {
            foreach (int item in positives[query])
                if (item < 0 || item >= gallery.Count)
                    throw new ShapeException($"positives of query row {query}: {item} is no row of the gallery, which has {gallery.Count}.");
            if (positives[query].Distinct().Count() != positives[query].Length)
                throw new ShapeException($"positives of query row {query} name a gallery row twice.");
        }
        if (positives.All(rows => rows.Length == 0)) throw new ShapeException("positives: no query has any, so there is nothing to evaluate.");
    }
}
