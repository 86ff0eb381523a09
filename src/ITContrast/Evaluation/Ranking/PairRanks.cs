namespace ITContrast.Evaluation.Ranking;

/// <summary>
/// The rank of <em>every</em> positive of every query, in one direction: what mAP@R needs, and what one shard of a gallery contributes to any
/// metric, for counts over parts of a gallery add up to those over the whole.
/// </summary>
internal static class PairRanks
{
    /// <summary>Counts, for each pair, the rows of <paramref name="gallery"/> that score above its score and those that score the same.</summary>
    /// <param name="queries">The queries.</param>
    /// <param name="gallery">The gallery, or a run of its rows.</param>
    /// <param name="galleryStart">Row of the whole gallery at which <paramref name="gallery"/> starts.</param>
    /// <param name="pairs">Sorted by query.</param>
    /// <param name="product">Of queries and gallery; null scores everything by definition.</param>
    /// <param name="tile">Queries and gallery rows a tile.</param>
    /// <param name="workers">Threads that take tiles.</param>
    public static PairCount[] Count(Rows queries, Rows gallery, int galleryStart, PositivePair[] pairs, IScoreProduct? product,
        TileShape tile, int workers)
    {
        var counts = new PairCount[pairs.Length];
        int across = (queries.Count + tile.Rows - 1) / tile.Rows, tiles = across * ((gallery.Count + tile.Columns - 1) / tile.Columns);
        int[] firstPair = FirstPairOf(pairs, queries.Count);
        int next = -1;
        Workers.Run(workers, () =>
        {
            using var worker = new PairWorker(queries, gallery, galleryStart, pairs, firstPair, product, tile);
            for (int place = Interlocked.Increment(ref next); place < tiles; place = Interlocked.Increment(ref next))
                worker.Count(place % across * tile.Rows, place / across * tile.Columns);
            lock (counts) worker.AddTo(counts);
        });
        return counts;
    }

    // firstPair[q] is the first pair of query q or later; firstPair[count] the number of pairs.
    private static int[] FirstPairOf(PositivePair[] pairs, int queries)
    {
        var first = new int[queries + 1];
        for (int query = 0, pair = 0; query <= queries; query++)
        {
            while (pair < pairs.Length && pairs[pair].Query < query) pair++;
            first[query] = pair;
        }
        return first;
    }
}
