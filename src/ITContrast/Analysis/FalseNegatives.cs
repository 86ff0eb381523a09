namespace ITContrast.Analysis;

/// <summary>
/// How many of the hardest "negatives" show what the query asks for: among the k items of other images that score highest, the share whose image is of
/// the query's group.
/// <code>
///   FN@k = mean over queries of #{y in the k hardest : group(y) = group(q)} / k       base = the same share among all items of other images
/// </code>
/// Source: METHODS 7, "false negatives", with group labels in the place of human judgements [I].
/// </summary>
public static class FalseNegatives
{
    /// <summary>Measures both directions.</summary>
    /// <param name="pairs">The embeddings, with groups.</param>
    /// <param name="cuts">The k, at least 1 each; 1, 5 and 10 where null. A query with fewer other items is measured on those it has.</param>
    /// <param name="threads">Threads; 0 takes what torch is set to use. No number changes with it.</param>
    /// <exception cref="ArgumentException">The pairs carry no groups, or a k is below 1.</exception>
    /// <exception cref="ShapeException">There is only one image.</exception>
    public static FalseNegativeReport Measure(EmbeddedPairs pairs, IReadOnlyList<int>? cuts = null, int threads = 0)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        if (!pairs.HasGroups) throw new ArgumentException("False negatives are found by group labels: make the pairs with one group an image.", nameof(pairs));
        if (pairs.ImageCount < 2) throw new ShapeException("False negatives are items of other images: expected two images or more, found 1.");
        int[] places = [.. (cuts ?? [1, 5, 10]).Distinct().Order()];
        if (places.Length == 0 || places[0] < 1) throw new ArgumentException($"False negatives need cuts k of at least 1; found [{string.Join(", ", places)}].", nameof(cuts));
        return new(Of(pairs.CaptionQuery, places, threads), Of(pairs.ImageQuery, places, threads));
    }

    private static FalseNegativeDirection Of(QueryDirection direction, int[] cuts, int threads)
    {
        int queries = direction.Queries.Count;
        var shares = new double[queries][];
        var all = new double[queries];
        direction.ForEachQuery(threads, (query, scores) =>
        {
            var top = new int[cuts[^1]];
            int found = TopItems.Select(scores, top, item => !direction.IsPositive(query, item));
            shares[query] = [.. cuts.Select(k => top.Take(Math.Min(k, found)).Count(item => direction.IsSibling(query, item)) / (double)Math.Min(k, found))];
            int others = 0, siblings = 0;
            for (int item = 0; item < scores.Length; item++)
            {
                if (!direction.IsPositive(query, item)) others++;
                if (direction.IsSibling(query, item)) siblings++;
            }
            all[query] = (double)siblings / others;
        });
        return new(direction.Name, queries, direction.Gallery.Count, all.Average(), [.. cuts.Select((k, place) => new FalseNegativeShare(k, shares.Average(query => query[place])))]);
    }
}
