namespace ITContrast.Analysis;

/// <summary>Equal bins from −<paramref name="Bound"/> to <paramref name="Bound"/>; a score outside by rounding falls into the last bin of its side.</summary>
/// <param name="Bound">Half the range, above 0.</param>
/// <param name="Count">Bins.</param>
public readonly record struct ScoreBins(double Bound, int Count)
{
    /// <summary>The bin of a score.</summary>
    public int Index(double score) => Math.Clamp((int)Math.Floor((score + Bound) / (2 * Bound) * Count), 0, Count - 1);

    /// <summary>The middle of a bin.</summary>
    public double Centre(int bin) => -Bound + (bin + 0.5) * 2 * Bound / Count;

    /// <summary>How many scores fall into each bin.</summary>
    public long[] Histogram(IEnumerable<double> scores)
    {
        ArgumentNullException.ThrowIfNull(scores);
        var counts = new long[Count];
        foreach (double score in scores) counts[Index(score)]++;
        return counts;
    }
}
