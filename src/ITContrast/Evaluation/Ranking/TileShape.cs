namespace ITContrast.Evaluation.Ranking;

/// <summary>
/// How large a tile is. A matrix product packs both operands anew for every tile, so of all tiles that fit into the buffers those are taken that pack the
/// fewest rows: each row of the first matrix once for every tile across, each of the second once for every tile down. (5,000 × 25,000 of width 1,024:
/// three tiles down cost 4 % of the product in packing, one costs 1 %.) Larger tiles take memory and leave workers idle at the end.
/// </summary>
/// <param name="Rows">Rows of the first matrix.</param>
/// <param name="Columns">Rows of the second matrix.</param>
internal readonly record struct TileShape(int Rows, int Columns)
{
    // Scores in the buffers of all workers together: 128 MB of fp32.
    private const long Budget = 32L << 20;

    private const int Fewest = 256;

    /// <summary>The options' sides where they are given; where not, the product's own, and without those the best ones for this many workers.</summary>
    public static TileShape For(RetrievalOptions options, int rows, int columns, int workers, IScoreProduct? product = null)
    {
        TileShape best = product?.Hot ?? Least(rows, columns, workers);
        return new(options.TileRows > 0 ? options.TileRows : best.Rows, options.TileColumns > 0 ? options.TileColumns : best.Columns);
    }

    private static TileShape Least(int rows, int columns, int workers)
    {
        (TileShape best, long fewest) = (default, long.MaxValue);
        for (int down = Parts(rows, TileCounter.LargestSide); down <= Parts(rows, Fewest); down++)
        {
            int side = Side(rows, down), most = (int)Math.Clamp(Budget / workers / side, 1, TileCounter.LargestSide), across = Parts(columns, most);
            // As many tiles for each worker as for any other.
            while ((long)down * across % workers != 0 && columns / (across + 1) >= Fewest) across++;
            long packed = (long)columns * down + (long)rows * across;
            if (packed < fewest) (best, fewest) = (new(side, Side(columns, across)), packed);
        }
        return best;
    }

    private static int Parts(int count, int most) => (count + most - 1) / most;

    private static int Side(int count, int parts) => (count + parts - 1) / parts;
}
