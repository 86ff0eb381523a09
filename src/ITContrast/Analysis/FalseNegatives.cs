namespace ITContrast.Analysis;

/// <summary>
/// How many of the hardest "negatives" show what the query asks for: among the k items of other images that score highest, the share whose image is of
/// the query's group.
/// <code>
///   FN@k = mean over queries of #{y in the k hardest : group(y) = group(q)} / k       base = the same share among all items of other images
/// </code>
/// Groups may stand in the place of human judgements [I], or the judgements themselves are given (CxC, ECCV Caption): then an item counts that they call right
/// although the data set does not. Source: METHODS 7, "false negatives" [V for ECCV and CxC].
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
        int[] places = Places(cuts);
        return new(Of(pairs.CaptionQuery, places, threads, pairs.CaptionQuery.IsSibling), Of(pairs.ImageQuery, places, threads, pairs.ImageQuery.IsSibling));
    }

    /// <summary>Measures both directions against extended judgements; only judged queries count.</summary>
    /// <param name="pairs">The embeddings.</param>
    /// <param name="imagesOfCaption">Per caption the image rows judged right, <c>[M]</c>; empty where the caption was not judged.</param>
    /// <param name="captionsOfImage">Per image the caption rows judged right, <c>[N]</c>.</param>
    /// <param name="cuts">As above.</param>
    /// <param name="threads">Threads; 0 takes what torch is set to use. No number changes with it.</param>
    /// <exception cref="ShapeException">Not one list a query, or there is only one image.</exception>
    /// <exception cref="ArgumentException">A direction without a judged query, or a k below 1.</exception>
    public static FalseNegativeReport Measure(
        EmbeddedPairs pairs, IReadOnlyList<int[]> imagesOfCaption, IReadOnlyList<int[]> captionsOfImage, IReadOnlyList<int>? cuts = null, int threads = 0)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        if (pairs.ImageCount < 2) throw new ShapeException("False negatives are items of other images: expected two images or more, found 1.");
        int[] places = Places(cuts);
        return new(Judged(pairs.CaptionQuery, imagesOfCaption, places, threads), Judged(pairs.ImageQuery, captionsOfImage, places, threads));
    }

    private static int[] Places(IReadOnlyList<int>? cuts)
    {
        int[] places = [.. (cuts ?? [1, 5, 10]).Distinct().Order()];
        return places.Length > 0 && places[0] >= 1 ? places
            : throw new ArgumentException($"False negatives need cuts k of at least 1; found [{string.Join(", ", places)}].", nameof(cuts));
    }

    private static FalseNegativeDirection Judged(QueryDirection direction, IReadOnlyList<int[]> right, int[] places, int threads)
    {
        ArgumentNullException.ThrowIfNull(right);
        if (right.Count != direction.Queries.Count)
            throw new ShapeException($"{direction.Name}: expected one list of judged items a query, {direction.Queries.Count}, found {right.Count}.");
        HashSet<int>[] sets = [.. right.Select(items => items.ToHashSet())];
        if (sets.All(set => set.Count == 0))
            throw new ArgumentException($"{direction.Name}: no query is judged. Do the judgements name these captions and images?", nameof(right));
        return Of(
            direction,
            places,
            threads,
            (query, item) => !direction.IsPositive(query, item) && sets[query].Contains(item),
            query => sets[query].Count > 0) with
        {
            Basis = "are right by the judgements",
        };
    }

    private static FalseNegativeDirection Of(QueryDirection direction, int[] cuts, int threads, Func<int, int, bool> isFalse, Func<int, bool>? counts = null)
    {
        int queries = direction.Queries.Count;
        var shares = new double[queries][];
        var all = new double[queries];
        direction.ForEachQuery(threads, (query, scores) =>
        {
            if (counts?.Invoke(query) == false) return;
            var top = new int[cuts[^1]];
            int found = TopItems.Select(scores, top, item => !direction.IsPositive(query, item));
            shares[query] = [.. cuts.Select(k => top.Take(Math.Min(k, found)).Count(item => isFalse(query, item)) / (double)Math.Min(k, found))];
            int others = 0, siblings = 0;
            for (int item = 0; item < scores.Length; item++)
            {
                if (!direction.IsPositive(query, item)) others++;
                if (isFalse(query, item)) siblings++;
            }
            all[query] = (double)siblings / others;
        });
        int[] counted = [.. Enumerable.Range(0, queries).Where(query => shares[query] is not null)];
        return new(
            direction.Name,
            counted.Length,
            direction.Gallery.Count,
            counted.Average(query => all[query]),
            [.. cuts.Select((k, place) => new FalseNegativeShare(k, counted.Average(query => shares[query][place])))]);
    }
}
