namespace ITContrast.Evaluation.Ranking;

/// <summary>
/// How large a tile is. A matrix product packs both operands anew for every tile, so small tiles lose time (512 × 512: about a fifth, 1,024 × 1,024 a
/// tenth, 1,667 × 3,125 a thirtieth of a large product's); large tiles take memory, a buffer a worker, and leave workers idle at the end.
/// </summary>
/// <param name="Rows">Rows of the first matrix.</param>
/// <param name="Columns">Rows of the second matrix.</param>
internal readonly record struct TileShape(int Rows, int Columns)
{
    // Scores in the buffers of all workers together: 128 MB of fp32.
    private const long Budget = 32L << 20;

    private const int MostRows = 2048, MostColumns = 4096, Fewest = 256;

    /// <summary>The options' sides where they are given, the best ones for this many workers where not.</summary>
    public static TileShape For(RetrievalOptions options, int rows, int columns, int workers)
    {
        (int mostRows, int mostColumns) = (MostRows, MostColumns);
        while ((long)workers * mostRows * mostColumns > Budget && mostRows > Fewest)
        {
            if (mostColumns > mostRows) mostColumns /= 2;
            else mostRows /= 2;
        }
        int down = Parts(rows, mostRows), across = Parts(columns, mostColumns);
        // As many tiles for each worker as for any other.
        while (down * across % workers != 0 && columns / (across + 1) >= Fewest) across++;
        return new(options.TileRows > 0 ? options.TileRows : Side(rows, down), options.TileColumns > 0 ? options.TileColumns : Side(columns, across));
    }

    private static int Parts(int count, int most) => (count + most - 1) / most;

    private static int Side(int count, int parts) => (count + parts - 1) / parts;
}
