using System.Runtime.InteropServices;

namespace ITContrast.Evaluation.Ranking;

/// <summary>Picks the arithmetic for a pair of matrices. Whatever it picks, the ranks are the same.</summary>
internal static class Products
{
    // Below this many multiplications a sample costs more than bf16 saves.
    private const long Worthwhile = 1L << 31;

    // bf16 copies of the rows are held whole; past this many bytes fp32 streams them instead.
    private const long LargestCopy = 1L << 30;

    // A bf16 product saves about as much time as re-scoring this share of the comparisons costs (10 ns of 14 an element against 100 ns a pair).
    private const double WorthwhileShare = 0.05;

    private const int SampleRows = 128, SampleColumns = 1024;

    private static readonly Lazy<bool> matrixUnits = new(FindMatrixUnits);

    /// <returns>Null for <see cref="ScorePrecision.Defined"/>; the caller disposes it.</returns>
    public static IScoreProduct? Choose(Rows first, Rows second, RetrievalOptions options, out ScorePrecision precision) =>
        Choose(first, second, options.Precision, null, out precision);

    /// <summary>The same, where a sample of the comparisons can tell how many bf16 would leave open.</summary>
    public static IScoreProduct? Choose(TwoWayRanks ranks, RetrievalOptions options, out ScorePrecision precision) =>
        Choose(ranks.Images, ranks.Captions, options.Precision, ranks, out precision);

    private static IScoreProduct? Choose(Rows first, Rows second, ScorePrecision wanted, TwoWayRanks? ranks, out ScorePrecision precision)
    {
        precision = wanted;
        if (wanted == ScorePrecision.Defined) return null;
        if (wanted == ScorePrecision.BFloat16) return new BFloat16Product(first, second);
        long copy = 2L * first.Width * ((long)first.Count + second.Count);
        if (wanted == ScorePrecision.Auto && ranks != null && matrixUnits.Value && copy <= LargestCopy &&
            (long)first.Count * second.Count * first.Width >= Worthwhile)
        {
            var product = new BFloat16Product(first, second);
            if (OpenShare(ranks, product) < WorthwhileShare)
            {
                precision = ScorePrecision.BFloat16;
                return product;
            }
            product.Dispose();
        }
        precision = ScorePrecision.Single;
        return new SingleProduct(first, second);
    }

    // The share of comparisons left open, on a tile of the first images and captions from the middle, which are others' captions.
    private static unsafe double OpenShare(TwoWayRanks ranks, IScoreProduct product)
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

    // AMX, as Linux reports it; elsewhere fp32 is the safe choice.
    private static bool FindMatrixUnits()
    {
        const string CpuInfo = "/proc/cpuinfo";
        return File.Exists(CpuInfo) && File.ReadLines(CpuInfo).Any(line => line.StartsWith("flags", StringComparison.Ordinal) && line.Contains(" amx_bf16"));
    }
}
