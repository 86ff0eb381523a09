namespace ITContrast.Evaluation.Statistics;

/// <summary>System A minus system B on one metric.</summary>
/// <param name="Metric">A name of <see cref="RetrievalSample.Metrics"/>.</param>
/// <param name="Difference">A − B; of mean ranks, less is better.</param>
/// <param name="Low">Lower end of the paired bootstrap interval.</param>
/// <param name="High">Upper end.</param>
/// <param name="PValue">Two-sided; NaN for the median rank, which has an interval only.</param>
/// <param name="SmallestDetectable">The true difference that such a test finds in 80 % of such test sets, at the 5 % level.</param>
public sealed record PairedDifference(string Metric, double Difference, double Low, double High, double PValue, double SmallestDetectable);

/// <summary>
/// Two systems on the same test set. The interval comes from a bootstrap in which both see the same drawn groups (and each its own seeds);
/// the p-value from a permutation test that swaps the two systems' results group by group:
/// <code>
///   p = (1 + #{|Σ_g ±d_g| ≥ |Σ_g d_g|}) / (1 + R)        d_g = group g's share of metric(A) − metric(B), mean over seeds
///   smallest detectable effect = (z_0.975 + z_0.8) · SE = 2.80 · SE
/// </code>
/// The test says whether the difference holds on other test images <em>for these trained models</em>; the interval also covers other seeds.
/// Source: Noreen, Computer-Intensive Methods for Testing Hypotheses (1989), approximate randomization [V].
/// </summary>
public static class PairedComparison
{
    private const double DetectionFactor = 1.959964 + 0.841621;

    /// <summary>The difference on every metric, in the order of <see cref="RetrievalSample.Metrics"/>.</summary>
    /// <param name="a">System A: one sample a seed.</param>
    /// <param name="b">System B: one sample a seed, not necessarily as many; the same test set.</param>
    /// <param name="options">Replicates, coverage and seed; defaults where null.</param>
    /// <exception cref="ArgumentException">No sample, or samples with different numbers of groups.</exception>
    public static IReadOnlyList<PairedDifference> Compare(
        IReadOnlyList<RetrievalSample> a, IReadOnlyList<RetrievalSample> b, BootstrapOptions? options = null)
    {
        options ??= new();
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        Bootstrap.RequireSameGroups([.. a, .. b]);
        // Seeds of different systems are different runs, so each system draws its own.
        double[][] ofA = Bootstrap.Replicates(a, options), ofB = Bootstrap.Replicates(b, options, "b");
        double[] valueA = Bootstrap.Whole(a), valueB = Bootstrap.Whole(b);
        return [.. RetrievalSample.Metrics.Select((metric, m) =>
        {
            double[] differences = [.. ofA.Zip(ofB, (x, y) => x[m] - y[m])];
            MetricInterval interval = Bootstrap.Interval(metric, valueA[m] - valueB[m], differences, options.Coverage);
            return new PairedDifference(
                metric, interval.Value, interval.Low, interval.High, PValue(a, b, m, options), DetectionFactor * interval.StandardError);
        })];
    }

    private static double PValue(IReadOnlyList<RetrievalSample> a, IReadOnlyList<RetrievalSample> b, int metric, BootstrapOptions options)
    {
        if (Mean(a, metric) is not { } ofA || Mean(b, metric) is not { } ofB) return double.NaN;
        double[] shares = [.. ofA.Zip(ofB, (x, y) => x - y)];
        // Sums of the same shares in another sign pattern may differ by rounding where they are equal.
        double observed = Math.Abs(shares.Sum()) - 1e-12 * shares.Sum(Math.Abs);
        int extreme = 0;
        for (int replicate = 0; replicate < options.Replicates; replicate++)
        {
            var random = new RandomStream(options.Seed, "permutation", replicate);
            double sum = 0;
            ulong bits = 0;
            for (int group = 0; group < shares.Length; group++, bits >>= 1)
            {
                if (group % 64 == 0) bits = random.NextUInt64();
                sum += (bits & 1) != 0 ? shares[group] : -shares[group];
            }
            if (Math.Abs(sum) >= observed) extreme++;
        }
        return (1.0 + extreme) / (1.0 + options.Replicates);
    }

    private static double[]? Mean(IReadOnlyList<RetrievalSample> seeds, int metric)
    {
        if (seeds[0].Contributions(metric) == null) return null;
        double[][] shares = [.. seeds.Select(seed => seed.Contributions(metric)!)];
        return [.. shares[0].Select((_, group) => shares.Average(share => share[group]))];
    }
}
