namespace ITContrast.Analysis;

/// <summary>Options of <see cref="Hardness"/>.</summary>
public sealed record HardnessOptions
{
    /// <summary>The margin of P(gap &lt; margin), at least 0; default 0.2, the triplet loss's.</summary>
    public double Margin
    {
        get;
        init => field = value >= 0 && double.IsFinite(value) ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "A margin is 0 or more.");
    } = 0.2;

    /// <summary>Bins of the histograms, 2 to 10,000; default 100.</summary>
    public int Bins
    {
        get;
        init => field = value is >= 2 and <= 10_000 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "2 to 10,000 bins.");
    } = 100;

    /// <summary>Threads; 0 (default) takes what torch is set to use. No number changes with it.</summary>
    public int Threads { get; init => field = value >= 0 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "0 or more."); }
}
