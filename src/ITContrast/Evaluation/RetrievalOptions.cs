using ITContrast.Evaluation.Ranking;

namespace ITContrast.Evaluation;

/// <summary>How to compute ranks. No option changes a rank; they trade time and memory.</summary>
public sealed record RetrievalOptions
{
    /// <summary>The arithmetic that decides most comparisons; default <see cref="ScorePrecision.Auto"/>.</summary>
    public ScorePrecision Precision { get; init; } = ScorePrecision.Auto;

    /// <summary>
    /// Images a tile, 1 to 32,768; 0 (default) chooses. A worker's buffer holds <see cref="TileRows"/> × <see cref="TileColumns"/> scores; chosen, all
    /// buffers together take at most 128 MB.
    /// </summary>
    public int TileRows { get; init => field = Side(value); }

    /// <summary>Captions a tile, 1 to 32,768; 0 (default) chooses.</summary>
    public int TileColumns { get; init => field = Side(value); }

    /// <summary>Threads, at least 1; 0 (default) takes what torch is set to use.</summary>
    public int Threads
    {
        get;
        init => field = value >= 0 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "Threads is 0 (torch's own number) or more.");
    }

    /// <summary>
    /// Whether images without a caption may be there: they stay in the gallery of every caption, and are not asked themselves, because as queries they
    /// would have no positive. Off by default, where such an image is an error.
    /// </summary>
    public bool Distractors { get; init; }

    /// <summary>Told the share of the work done, from 0 to 1, from any thread; null for silence.</summary>
    public IProgress<double>? Progress { get; init; }

    private static int Side(int value) => value is >= 0 and <= TileCounter.LargestSide
        ? value
        : throw new ArgumentOutOfRangeException(nameof(value), value, $"A side of a tile is 1 to {TileCounter.LargestSide} rows, or 0 to have it chosen.");
}
