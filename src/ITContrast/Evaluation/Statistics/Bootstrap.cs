namespace ITContrast.Evaluation.Statistics;

/// <summary>A metric with its bootstrap interval.</summary>
/// <param name="Metric">A name of <see cref="RetrievalSample.Metrics"/>.</param>
/// <param name="Value">On the sample itself; the mean over seeds.</param>
/// <param name="Low">The interval's lower end.</param>
/// <param name="High">The interval's upper end.</param>
/// <param name="StandardError">The replicates' standard deviation.</param>
public sealed record MetricInterval(string Metric, double Value, double Low, double High, double StandardError);

/// <summary>How to resample.</summary>
public sealed record BootstrapOptions
{
    /// <summary>Replicates, at least 100; default 2,000.</summary>
    public int Replicates
    {
        get;
        init => field = value >= 100 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "At least 100 replicates.");
    } = 2000;

    /// <summary>The interval's coverage, above 0 and below 1; default 0.95.</summary>
    public double Coverage
    {
        get;
        init => field = value is > 0 and < 1 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "Coverage lies between 0 and 1.");
    } = 0.95;

    /// <summary>Seed of the named streams "bootstrap" and "permutation".</summary>
    public ulong Seed { get; init; } = 1;
}

/// <summary>
/// Percentile bootstrap over groups, crossed with seeds: a replicate draws G groups and, when there are several, S training seeds, both with
/// replacement, and averages the metric over the drawn seeds on the drawn groups. So an interval covers the choice of test images and the luck of training.
/// Source: Efron and Tibshirani, An Introduction to the Bootstrap (1993), chapter 13; Owen, "The pigeonhole bootstrap" (2007) [V].
/// </summary>
public static class Bootstrap
{
    /// <summary>An interval for every metric, in the order of <see cref="RetrievalSample.Metrics"/>.</summary>
    /// <param name="seeds">One sample a training seed, of the same test set; at least one.</param>
    /// <param name="options">Replicates, coverage and seed; defaults where null.</param>
    /// <exception cref="ArgumentException">No sample, or samples with different numbers of groups.</exception>
    public static IReadOnlyList<MetricInterval> Intervals(IReadOnlyList<RetrievalSample> seeds, BootstrapOptions? options = null)
    {
        options ??= new();
        RequireSameGroups(seeds);
        double[][] replicates = Replicates(seeds, options);
        double[] whole = Whole(seeds);
        return [.. RetrievalSample.Metrics.Select((metric, m) => Interval(metric, whole[m], [.. replicates.Select(r => r[m])], options.Coverage))];
    }

    internal static void RequireSameGroups(IReadOnlyList<RetrievalSample> samples)
    {
        ArgumentNullException.ThrowIfNull(samples);
        if (samples.Count == 0) throw new ArgumentException("There is no sample: give the ranks of at least one seed.", nameof(samples));
        foreach (RetrievalSample sample in samples)
            if (sample.Groups != samples[0].Groups)
                throw new ArgumentException(
                    $"Samples of one test set have the same groups, but one has {samples[0].Groups} and another {sample.Groups}.", nameof(samples));
    }

    internal static double[] Whole(IReadOnlyList<RetrievalSample> seeds) =>
        Mean(seeds, Weights.All(seeds[0].Groups), [.. Enumerable.Range(0, seeds.Count)]);

    // [replicate][metric]; the groups drawn depend on the seed and the replicate alone, so that two systems see the same ones; the training
    // seeds drawn depend on the system too.
    internal static double[][] Replicates(IReadOnlyList<RetrievalSample> seeds, BootstrapOptions options, string system = "a")
    {
        var values = new double[options.Replicates][];
        Parallel.For(0, options.Replicates, replicate =>
        {
            int[] weights = Weights.Drawn(new RandomStream(options.Seed, "bootstrap", replicate), seeds[0].Groups);
            var luck = new RandomStream(options.Seed, "bootstrap-seeds-" + system, replicate);
            int[] drawn = [.. seeds.Select(_ => seeds.Count == 1 ? 0 : luck.NextInt(seeds.Count))];
            values[replicate] = Mean(seeds, weights, drawn);
        });
        return values;
    }

    internal static MetricInterval Interval(string metric, double value, double[] replicates, double coverage)
    {
        Array.Sort(replicates);
        double mean = replicates.Average(), tail = (1 - coverage) / 2;
        double variance = replicates.Sum(r => (r - mean) * (r - mean)) / (replicates.Length - 1);
        return new(metric, value, Quantile(replicates, tail), Quantile(replicates, 1 - tail), Math.Sqrt(variance));
    }

    private static double[] Mean(IReadOnlyList<RetrievalSample> seeds, int[] weights, int[] drawn)
    {
        var mean = new double[RetrievalSample.Metrics.Count];
        foreach (var seed in drawn.GroupBy(s => s))
        {
            double[] values = seeds[seed.Key].Compute(weights);
            for (int m = 0; m < mean.Length; m++) mean[m] += values[m] * seed.Count() / drawn.Length;
        }
        return mean;
    }

    // Linear interpolation between order statistics (type 7).
    private static double Quantile(double[] sorted, double share)
    {
        double place = share * (sorted.Length - 1);
        int below = (int)Math.Floor(place);
        return below + 1 >= sorted.Length ? sorted[^1] : sorted[below] + (place - below) * (sorted[below + 1] - sorted[below]);
    }
}
