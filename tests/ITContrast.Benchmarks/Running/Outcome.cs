namespace ITContrast.Benchmarks.Running;

/// <summary>What one row gave.</summary>
/// <param name="Row">The row.</param>
/// <param name="Samples">By contender, one entry a round; null where it did not take part.</param>
/// <param name="Difference">Largest relative difference of values and gradients.</param>
/// <param name="Load">Load average, the larger of before and after.</param>
/// <param name="Void">Why the row counts for nothing; null where it does.</param>
internal sealed record Outcome(Row Row, IReadOnlyDictionary<string, List<Sample?>> Samples, double Difference, double Load, string? Void)
{
    /// <summary>A row that was not measured.</summary>
    public static Outcome Skipped(Row row, string why) => new(row, new Dictionary<string, List<Sample?>>(), 0, Machine.Load(), why);

    /// <summary>The row's comparisons whose both sides took part.</summary>
    public IEnumerable<Comparison> Comparisons =>
        Row.Comparisons.Where(c => Samples.ContainsKey(c.Ours.Contender) && (c.Theirs is null || Samples.ContainsKey(c.Theirs.Contender)));

    /// <summary>A comparison's figure in every round that has both sides.</summary>
    public Figures Of(Comparison comparison)
    {
        List<Sample?> ours = Samples[comparison.Ours.Contender], theirs = comparison.Theirs is { } other ? Samples[other.Contender] : ours;
        IEnumerable<double> all = ours.Zip(theirs).Where(pair => pair.First is not null && pair.Second is not null)
            .Select(pair => Value(comparison, pair.First!, pair.Second!));
        return new([.. all], comparison.Target, comparison.Measure);
    }

    private static double Value(Comparison comparison, Sample ours, Sample theirs) => comparison.Measure switch
    {
        Measure.TimeRatio when ReferenceEquals(ours, theirs) => ours.Ratio(comparison.Ours.Case, comparison.Theirs!.Case),
        Measure.TimeRatio => ours.Seconds[comparison.Ours.Case] / theirs.Seconds[comparison.Theirs!.Case],
        Measure.MicrosecondsOver => 1e6 * (ours.Seconds[comparison.Ours.Case] - theirs.Seconds[comparison.Theirs!.Case]),
        Measure.PeakRatio => (double)ours.Peak / theirs.Peak,
        Measure.AllocatedBytes => ours.Allocated[comparison.Ours.Case],
        _ => ours.Seconds[comparison.Ours.Case],
    };
}

/// <summary>One comparison's figures over the rounds.</summary>
/// <param name="Values">One a round.</param>
/// <param name="Target">Wanted at most.</param>
/// <param name="Measure">What they are.</param>
internal sealed record Figures(IReadOnlyList<double> Values, double? Target, Measure Measure)
{
    private const double Steady = 1.25;

    /// <summary>The figure that counts.</summary>
    public double Median => Statistics.Median(Values);

    /// <summary>The smallest.</summary>
    public double Least => Values.Min();

    /// <summary>The largest.</summary>
    public double Most => Values.Max();

    /// <summary>Whether the rounds disagree by so much that the median says little: ratios by a quarter, microseconds by half of one.</summary>
    public bool Unstable => Measure == Measure.MicrosecondsOver ? Most - Least > 0.5 : Most > Steady * Least;

    /// <summary>Whether the target is met; null without one.</summary>
    public bool? Met => Target is { } target ? Median <= target : null;
}
