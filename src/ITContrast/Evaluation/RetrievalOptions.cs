using ITContrast.Evaluation.Ranking;

namespace ITContrast.Evaluation;

/// <summary>How to compute ranks. No option changes a rank; they trade time and memory.</summary>
public sealed record RetrievalOptions
{
    /// <summary>The arithmetic that decides most comparisons; default <see cref="ScorePrecision.Auto"/>.</summary>
    public ScorePrecision Precision { get; init; } = ScorePrecision.Auto;

    /// <summary>Images a tile, 1 to 32,768; default 1,024. A worker's buffer holds <see cref="TileRows"/> × <see cref="TileColumns"/> scores.</summary>
    public int TileRows { get; init => field = Side(value); } = 1024;

    /// <summary>Captions a tile, 1 to 32,768; default 1,024.</summary>
    public int TileColumns { get; init => field = Side(value); } = 1024;

    /// <summary>Threads, at least 1; 0 (default) takes what torch is set to use.</summary>
    public int Threads
    {
        get;
        init => field = value >= 0 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "Threads is 0 (torch's own number) or more.");
    }

    /// <summary>Told the share of the work done, from 0 to 1, from any thread; null for silence.</summary>
    public IProgress<double>? Progress { get; init; }

    private static int Side(int value) => value is >= 1 and <= TileCounter.LargestSide
        ? value
        : throw new ArgumentOutOfRangeException(nameof(value), value, $"A side of a tile is 1 to {TileCounter.LargestSide} rows.");
}
