namespace ITContrast.Evaluation.Ranking;

/// <summary>Receives one query's defined scores with the whole gallery.</summary>
internal delegate void ScoreRowSink(int query, ReadOnlySpan<double> scores);

/// <summary>
/// Whole rows of defined scores, a few queries at a time, for metrics that need more of a row than counts. Memory is 32 rows a worker.
/// </summary>
internal static class DefinedRows
{
    private const int Queries = 32;

    /// <summary>Calls <paramref name="sink"/> once a query, from several threads, in no order.</summary>
    public static void ForEach(Rows queries, Rows gallery, int workers, ScoreRowSink sink)
    {
        int next = -1, blocks = (queries.Count + Queries - 1) / Queries;
        Workers.Run(workers, () =>
        {
            using var tile = new DefinedTile(Queries, gallery.Count);
            for (int block = Interlocked.Increment(ref next); block < blocks; block = Interlocked.Increment(ref next))
            {
                int start = block * Queries, count = Math.Min(Queries, queries.Count - start);
                tile.Fill(queries, start, count, gallery, 0, gallery.Count);
                for (int row = 0; row < count; row++) sink(start + row, tile.Row(row));
            }
        });
    }

    /// <summary>Fills <paramref name="order"/> with the gallery rows by descending score, lower index first among equals.</summary>
    public static void Order(ReadOnlySpan<double> scores, double[] keys, int[] order)
    {
        for (int item = 0; item < scores.Length; item++) (keys[item], order[item]) = (-scores[item], item);
        Array.Sort(keys, order);
        // The sort is not stable: put each run of equal keys in index order.
        for (int start = 0, end; start < keys.Length; start = end)
        {
            for (end = start + 1; end < keys.Length && keys[end] == keys[start];) end++;
            if (end - start > 1) Array.Sort(order, start, end - start);
        }
    }
}
