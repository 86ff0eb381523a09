using System.Runtime.InteropServices;

namespace ITContrast.Evaluation.Ranking;

/// <summary>
/// The share of comparisons that a product's bound leaves open, on a sample: the first queries against gallery rows from the middle. Each costs a
/// score of its own afterwards, so it tells whether a coarse product pays.
/// </summary>
internal static unsafe class OpenShare
{
    private const int SampleRows = 128, SampleColumns = 1024;

    /// <summary>Both directions of <paramref name="ranks"/>; captions from the middle are others' captions to the first images.</summary>
    public static double Of(TwoWayRanks ranks, IScoreProduct product)
    {
        int rows = Math.Min(SampleRows, ranks.Images.Count), columns = Math.Min(SampleColumns, ranks.Captions.Count);
        int column = (ranks.Captions.Count - columns) / 2, capacity = rows * columns + TileCounter.Group;
        using var bands = new TwoWayBands(ranks, product);
        using IScoreTile tile = product.NewTile(rows, columns);
        var greater = (int*)NativeMemory.AllocZeroed((nuint)(rows + columns), sizeof(int));
        var open = (uint*)NativeMemory.Alloc((nuint)capacity, sizeof(uint));
        try
        {
            tile.Fill(0, rows, column, columns);
            int listed = tile.Count(bands.Rows, bands.Columns.From(column), greater, greater + rows, open, capacity);
            return listed / ((double)rows * columns);
        }
        finally
        {
            NativeMemory.Free(greater);
            NativeMemory.Free(open);
        }
    }

    /// <summary>One direction, every pair: open comparisons a score of the product, so queries with many positives weigh as much as they cost.</summary>
    /// <param name="pairs">Sorted by query.</param>
    /// <param name="galleryCount">Rows of the gallery.</param>
    /// <param name="product">Of queries and gallery.</param>
    public static double Of(PositivePair[] pairs, int galleryCount, IScoreProduct product)
    {
        if (pairs.Length == 0) return 0;
        int first = pairs[0].Query, rows = Math.Min(SampleRows, pairs[^1].Query - first + 1), columns = Math.Min(SampleColumns, galleryCount);
        int column = (galleryCount - columns) / 2;
        using IScoreTile tile = product.NewTile(rows, columns);
        var open = (int*)NativeMemory.Alloc((nuint)columns, sizeof(int));
        try
        {
            tile.Fill(first, rows, column, columns);
            long listed = 0;
            for (int pair = 0; pair < pairs.Length && pairs[pair].Query < first + rows; pair++)
            {
                double bound = product.FirstBound(pairs[pair].Query);
                tile.CountRow(
                    pairs[pair].Query - first, product.RoundDown(pairs[pair].Score - bound), product.RoundUp(pairs[pair].Score + bound), open, out int left);
                listed += left;
            }
            return listed / ((double)rows * columns);
        }
        finally
        {
            NativeMemory.Free(open);
        }
    }
}
