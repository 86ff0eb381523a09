namespace ITContrast.Evaluation.Ranking;

/// <summary>
/// A fast way to compute scores approximately, with a proven bound: the one seam between ranking and a BLAS. Shared by all workers; each
/// worker asks for a tile of its own.
/// </summary>
internal interface IScoreProduct : IDisposable
{
    /// <summary>|computed − defined| is at most this for row <paramref name="row"/> of the first matrix and any row of the second.</summary>
    double FirstBound(int row);

    /// <summary>|computed − defined| is at most this for row <paramref name="row"/> of the second matrix and any row of the first.</summary>
    double SecondBound(int row);

    /// <summary>
    /// The least fp32 value that no computed score exceeds unless the score before rounding to the tile's type exceeds <paramref name="value"/>.
    /// </summary>
    float RoundUp(double value);

    /// <summary>The greatest fp32 value that no computed score is below unless the score before that rounding is below <paramref name="value"/>.</summary>
    float RoundDown(double value);

    /// <summary>
    /// The tile whose operands and scores stay in a core's cache, where the product has one that costs it nothing; null where larger tiles are faster.
    /// </summary>
    TileShape? Hot => null;

    IScoreTile NewTile(int rows, int columns);
}

/// <summary>A worker's buffer of computed scores.</summary>
internal unsafe interface IScoreTile : IDisposable
{
    /// <summary>Scores rows [row, row + rows) of the first matrix with [column, column + columns) of the second.</summary>
    void Fill(int row, int rows, int column, int columns);

    /// <summary>Counts the tile last filled; see <see cref="TileCounter.Count"/>.</summary>
    int Count(Bands rowBand, Bands columnBand, int* rowGreater, int* columnGreater, uint* undecided, int capacity);

    /// <summary>Counts row <paramref name="row"/> of the tile last filled against one threshold; see <see cref="TileCounter.CountRow"/>.</summary>
    int CountRow(int row, float low, float high, int* undecided, out int listed);
}
