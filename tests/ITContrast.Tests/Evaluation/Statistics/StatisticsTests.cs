using ITContrast.Evaluation;
using ITContrast.Evaluation.Statistics;

namespace ITContrast.Tests.Evaluation.Statistics;

public sealed class StatisticsTests
{
    // Ranks straight in: image i has captions 2i and 2i + 1.
    private static RetrievalSample Sample(int[] imageRanks, int[] captionRanks, int[]? groupOf = null) => new(
        new RetrievalReport(Direction(imageRanks), Direction(captionRanks)),
        [.. Enumerable.Range(0, captionRanks.Length).Select(caption => caption / 2)], groupOf);

    private static DirectionReport Direction(int[] ranks) =>
        new(1000, ranks, [.. ranks.Select(rank => new TieCounts(rank, 0, 1))]);

    private static RetrievalSample Random(int seed, int images, double skill)
    {
        var random = new Random(seed);
        int Rank() => (int)(Math.Pow(random.NextDouble(), skill) * 40);
        return Sample([.. Enumerable.Range(0, images).Select(_ => Rank())], [.. Enumerable.Range(0, 2 * images).Select(_ => Rank())]);
    }

    [Fact]
    public void A_weighted_group_counts_as_if_its_images_and_captions_were_repeated()
    {
        int[] images = [0, 7, 3, 12], captions = [0, 4, 9, 30, 1, 2, 5, 5];
        // Images 0 and 2 form group 0 (weight 2), image 1 group 1 (weight 0), image 3 group 2 (weight 3).
        double[] weighted = Sample(images, captions, [0, 1, 0, 2]).Compute([2, 0, 3]);
        double[] repeated = Sample([0, 3, 0, 3, 12, 12, 12], [0, 4, 1, 2, 0, 4, 1, 2, 5, 5, 5, 5, 5, 5]).Compute([1, 1, 1, 1, 1, 1, 1]);
        for (int m = 0; m < weighted.Length; m++) Assert.Equal(repeated[m], weighted[m], 12);
    }

    [Fact]
    public void With_every_weight_one_the_metrics_are_the_report_s()
    {
        var random = new Random(2);
        int[] images = [.. Enumerable.Range(0, 41).Select(_ => random.Next(30))], captions = [.. Enumerable.Range(0, 82).Select(_ => random.Next(30))];
        var report = new RetrievalReport(Direction(images), Direction(captions));
        double[] values = new RetrievalSample(report, [.. Enumerable.Range(0, 82).Select(c => c / 2)]).Compute([.. Enumerable.Repeat(1, 41)]);
        double[] expected =
        [
            report.ImageQuery.R1, report.ImageQuery.R5, report.ImageQuery.R10, report.ImageQuery.MedianRank, report.ImageQuery.MeanRank,
            report.CaptionQuery.R1, report.CaptionQuery.R5, report.CaptionQuery.R10, report.CaptionQuery.MedianRank, report.CaptionQuery.MeanRank,
            report.RSum,
        ];
        for (int m = 0; m < expected.Length; m++) Assert.Equal(expected[m], values[m], 10);
    }

    // R@1 of independent queries has the standard error sqrt(p (1 - p) / n): the bootstrap must find it.
    [Fact]
    public void The_bootstrap_finds_the_binomial_standard_error()
    {
        int[] ranks = [.. Enumerable.Range(0, 400).Select(image => image % 4 == 0 ? 0 : 20)];
        var interval = Bootstrap.Intervals([Sample(ranks, [.. ranks.SelectMany(rank => (int[])[rank, rank])])], new() { Seed = 3 })[0];
        double expected = 100 * Math.Sqrt(0.25 * 0.75 / 400);
        Assert.Equal(25, interval.Value, 10);
        Assert.InRange(interval.StandardError, 0.93 * expected, 1.07 * expected);
        Assert.InRange(interval.High - interval.Low, 0.9 * 2 * 1.96 * expected, 1.1 * 2 * 1.96 * expected);
    }

    // Families of four images that succeed or fail together carry a quarter of the information: twice the standard error.
    [Fact]
    public void Grouping_images_widens_the_interval_as_dependence_demands()
    {
        int[] ranks = [.. Enumerable.Range(0, 400).Select(image => image / 4 % 2 == 0 ? 0 : 20)];
        int[] captions = [.. ranks.SelectMany(rank => (int[])[rank, rank])];
        double alone = Bootstrap.Intervals([Sample(ranks, captions)])[0].StandardError;
        double families = Bootstrap.Intervals([Sample(ranks, captions, [.. Enumerable.Range(0, 400).Select(image => image / 4)])])[0].StandardError;
        Assert.InRange(families / alone, 1.85, 2.15);
    }

    [Fact]
    public void Seeds_that_disagree_widen_the_interval()
    {
        RetrievalSample good = Random(1, 300, 3), bad = Random(1, 300, 1);
        var agreeing = Bootstrap.Intervals([good, good, good])[^1];
        var differing = Bootstrap.Intervals([good, bad, good])[^1];
        Assert.True(differing.StandardError > 2 * agreeing.StandardError);
        Assert.Equal((2 * good.Compute([.. Enumerable.Repeat(1, 300)])[^1] + bad.Compute([.. Enumerable.Repeat(1, 300)])[^1]) / 3, differing.Value, 8);
    }

    [Fact]
    public void The_same_seed_gives_the_same_interval()
    {
        RetrievalSample sample = Random(4, 60, 2);
        Assert.Equal(Bootstrap.Intervals([sample], new() { Seed = 9 }), Bootstrap.Intervals([sample], new() { Seed = 9 }));
        Assert.NotEqual(Bootstrap.Intervals([sample], new() { Seed = 9 })[0], Bootstrap.Intervals([sample], new() { Seed = 10 })[0]);
    }

    // One group differs: of 2 sign patterns both are as extreme, so p = 1. Six groups differ, all one way: p is about 2/2^6.
    [Theory, InlineData(1, 1.0), InlineData(6, 0.03125)]
    public void The_permutation_test_counts_sign_patterns(int differing, double expected)
    {
        int[] worse = [.. Enumerable.Repeat(20, 40)], better = [.. worse.Select((rank, i) => i < differing ? 0 : rank)];
        int[] captions = [.. Enumerable.Repeat(3, 80)];
        var difference = PairedComparison.Compare([Sample(better, captions)], [Sample(worse, captions)], new() { Replicates = 20000 })[0];
        Assert.Equal(100.0 * differing / 40, difference.Difference, 10);
        Assert.InRange(difference.PValue, expected * 0.85, Math.Min(1, expected * 1.15));
    }

    [Fact]
    public void A_system_does_not_differ_from_itself()
    {
        RetrievalSample sample = Random(4, 60, 2);
        foreach (var difference in PairedComparison.Compare([sample], [sample]))
        {
            Assert.Equal((0, 0, 0, 0), (difference.Difference, difference.Low, difference.High, difference.SmallestDetectable));
            if (difference.Metric.EndsWith("medr", StringComparison.Ordinal)) Assert.True(double.IsNaN(difference.PValue));
            else Assert.Equal(1, difference.PValue);
        }
    }

    // Computed by hand from the definition.
    [Fact]
    public void Holm_steps_down_and_leaves_the_untested_alone() =>
        Assert.Equal([0.04, double.NaN, 0.06, 0.06, 1], Holm.Adjust([0.01, double.NaN, 0.02, 0.03, 1.0]));

    [Fact]
    public void Bad_input_is_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Holm.Adjust([0.5, 1.5]));
        Assert.Throws<ArgumentException>(() => Sample([0, 1], [0, 1, 2, 3], [0, 2]));
        Assert.Throws<ArgumentException>(() => Bootstrap.Intervals([Random(1, 5, 1), Random(1, 6, 1)]));
        Assert.Throws<ArgumentException>(() => Bootstrap.Intervals([]));
    }
}
