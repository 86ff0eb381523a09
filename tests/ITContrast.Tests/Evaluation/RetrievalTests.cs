using ITContrast.Evaluation;
using ITContrast.Tests.Evaluation.Ranking;
using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Tests.Evaluation;

public sealed class RetrievalTests
{
    private static readonly ScorePrecision[] Precisions = [ScorePrecision.Single, ScorePrecision.BFloat16, ScorePrecision.Defined, ScorePrecision.Auto];

    private static RetrievalReport Evaluate(float[] x, float[] y, int width, int[] imageOf, RetrievalOptions? options = null)
    {
        using var images = tensor(x, [x.Length / width, width]);
        using var captions = tensor(y, [y.Length / width, width]);
        return Retrieval.Evaluate(images, captions, imageOf, options);
    }

    private static int[] FiveEach(int images) => [.. Enumerable.Range(0, 5 * images).Select(caption => caption / 5)];

    // Captions near their image with noise, so that ranks are neither all 0 nor random.
    private static (float[] X, float[] Y) Trained(int images, int width, double noise, int seed)
    {
        float[] x = Samples.Values(images, width, seed), y = Samples.Values(5 * images, width, seed + 1);
        for (int i = 0; i < y.Length; i++) y[i] = (float)(noise * y[i] + x[i / width / 5 * width + i % width]);
        return (x, y);
    }

    [Theory, InlineData(100, 64, 3.0), InlineData(131, 40, 8.0), InlineData(60, 256, 9.0)]
    public void Ranks_are_those_of_a_sort_whatever_the_precision_tile_and_threads(int images, int width, double noise)
    {
        (float[] x, float[] y) = Trained(images, width, noise, 1);
        int[] imageOf = FiveEach(images);
        int[] byImage = Samples.SortedRanks(x, y, width, (image, caption) => imageOf[caption] == image);
        int[] byCaption = Samples.SortedRanks(y, x, width, (caption, image) => imageOf[caption] == image);
        Assert.Contains(byCaption, rank => rank > 0);
        foreach (ScorePrecision precision in Precisions)
        foreach ((int rows, int columns, int threads) in ((int, int, int)[])[(1024, 1024, 0), (17, 64, 1), (64, 100, 3)])
        {
            RetrievalReport report = Evaluate(x, y, width, imageOf,
                new() { Precision = precision, TileRows = rows, TileColumns = columns, Threads = threads });
            Assert.Equal(byImage, report.ImageQuery.Ranks);
            Assert.Equal(byCaption, report.CaptionQuery.Ranks);
        }
    }

    // A collapsed model: every score is the same number, and no tie may become a hit by accident.
    [Theory, MemberData(nameof(CollapsedCases))]
    public void A_collapsed_model_scores_chance(ScorePrecision precision, int width)
    {
        const int images = 203;
        float[] row = Samples.Values(1, width, 5);
        RetrievalReport report = Evaluate(
            [.. Enumerable.Range(0, images).SelectMany(_ => row)], [.. Enumerable.Range(0, 5 * images).SelectMany(_ => row)],
            width, FiveEach(images), new() { Precision = precision });
        foreach (int k in (int[])[1, 5, 7, 10])
        {
            Assert.Equal(100.0 * k / images, report.CaptionQuery.Recall(k), 10);
            Assert.Equal(100.0 * Math.Ceiling(k / 5.0) / images, report.ImageQuery.Recall(k), 10);
            Assert.Equal(100.0 * k / images, report.CaptionQuery.ExpectedRecall(k), 10);
        }
        // Five positives among 1,015: at least one of the first K drawn.
        double miss = Enumerable.Range(0, 10).Aggregate(1.0, (m, place) => m * (5 * images - 5 - place) / (5 * images - place));
        Assert.Equal(100 * (1 - miss), report.ImageQuery.ExpectedRecall(10), 8);
        Assert.True(report.ImageQuery.TieWarning && report.CaptionQuery.TieWarning);
        Assert.Equal(1, report.CaptionQuery.TiedQueries);
    }

    public static TheoryData<ScorePrecision, int> CollapsedCases =>
        new(from precision in Precisions from width in (int[])[1, 33, 300] select (precision, width));

    // Nearly collapsed: rows that differ in their last bits, so that no fp32 product can tell scores apart, but the definition can.
    [Fact]
    public void Rows_that_differ_in_the_last_bit_are_ranked_by_definition()
    {
        const int images = 40, width = 128;
        var random = new Random(1);
        float[] row = Samples.Values(1, width, 5);
        float[] Near(int rows) => [.. Enumerable.Range(0, rows * width).Select(i => random.Next(4) == 0 ? MathF.BitIncrement(row[i % width]) : row[i % width])];
        float[] x = Near(images), y = Near(5 * images);
        int[] imageOf = FiveEach(images);
        int[] expected = Samples.SortedRanks(y, x, width, (caption, image) => imageOf[caption] == image);
        foreach (ScorePrecision precision in Precisions)
            Assert.Equal(expected, Evaluate(x, y, width, imageOf, new() { Precision = precision }).CaptionQuery.Ranks);
    }

    [Fact]
    public void Permuting_the_captions_permutes_the_ranks()
    {
        (float[] x, float[] y) = Trained(80, 32, 6, 3);
        int[] imageOf = FiveEach(80), order = [.. Enumerable.Range(0, 400)];
        new Random(4).Shuffle(order);
        RetrievalReport plain = Evaluate(x, y, 32, imageOf);
        RetrievalReport moved = Evaluate(x, [.. order.SelectMany(c => y[(c * 32)..(c * 32 + 32)])], 32, [.. order.Select(c => imageOf[c])]);
        Assert.Equal(order.Select(c => plain.CaptionQuery.Ranks[c]), moved.CaptionQuery.Ranks);
        Assert.Equal(plain.ImageQuery.Ranks, moved.ImageQuery.Ranks);
        Assert.Equal(plain.RSum, moved.RSum, 10);
    }

    [Theory, InlineData(1e20f), InlineData(1e-25f), InlineData(1e-40f)]
    public void Scale_does_not_matter_even_where_fp32_overflows_or_flushes(float scale)
    {
        (float[] x, float[] y) = Trained(50, 24, 3, 3);
        // Powers of two scale exactly; 1e-40 leaves few digits, so the expectation is taken from the scaled values.
        float[] sx = [.. x.Select(v => v * scale)], sy = [.. y.Select(v => v * scale)];
        int[] imageOf = FiveEach(50), expected = Samples.SortedRanks(sy, sx, 24, (caption, image) => imageOf[caption] == image);
        foreach (ScorePrecision precision in Precisions)
            Assert.Equal(expected, Evaluate(sx, sy, 24, imageOf, new() { Precision = precision }).CaptionQuery.Ranks);
    }

    // S is the identity: every image's best caption and every caption's image come first, and only they.
    [Fact]
    public void An_identity_of_scores_is_a_hundred_everywhere()
    {
        float[] unit = [.. Enumerable.Range(0, 12 * 12).Select(i => i % 13 == 0 ? 1f : 0)];
        var report = Evaluate(unit, unit, 12, [.. Enumerable.Range(0, 12)]);
        Assert.All(report.ImageQuery.Ranks.Concat(report.CaptionQuery.Ranks), rank => Assert.Equal(0, rank));
        Assert.Equal((600.0, 1, 1.0), (report.RSum, report.ImageQuery.MedianRank, report.CaptionQuery.MeanRank));
    }

    // Two images on the axes, two captions each. S = [[.8, .6, .28, 1], [.6, .8, .96, 0]]: the first image's own captions come second and third behind a
    // stranger, the second image's own at .96 comes first. Captions 1 (.6 < .8) and 3 (0 < 1) lie nearer to the other image.
    [Fact]
    public void Two_images_with_two_captions_each_by_hand()
    {
        var report = Evaluate([1, 0, 0, 1], [0.8f, 0.6f, 0.6f, 0.8f, 0.28f, 0.96f, 1, 0], 2, [0, 0, 1, 1]);
        Assert.Equal([1, 0], report.ImageQuery.Ranks);
        Assert.Equal([0, 1, 0, 1], report.CaptionQuery.Ranks);
        Assert.Equal(
            (50.0, 100.0, 50.0, 100.0, 500.0), (report.ImageQuery.R1, report.ImageQuery.R5, report.CaptionQuery.R1, report.CaptionQuery.R10, report.RSum));
    }

    [Fact]
    public void Metrics_of_four_hand_made_ranks()
    {
        var report = new DirectionReport(20, [0, 4, 9, 12], [new(0, 0, 1), new(4, 0, 1), new(9, 0, 1), new(12, 0, 1)]);
        Assert.Equal((25, 50, 75), (report.R1, report.R5, report.R10));
        // Median of 4 and 9 is 6.5: floor, plus 1. Mean 6.25, plus 1.
        Assert.Equal((7, 7.25), (report.MedianRank, report.MeanRank));
        Assert.Equal((50, 0.0, false), (report.ExpectedRecall(5), report.TiedQueries, report.TieWarning));
    }

    // Embeddings of a GPU are copied to the CPU, where the ranks are counted.
    [Fact]
    public void Embeddings_of_a_device_rank_as_those_of_the_cpu()
    {
        if (!cuda.is_available()) Assert.Skip("this machine has no CUDA device");
        float[] x = Samples.Values(40, 64, 1), y = Samples.Values(200, 64, 2);
        RetrievalReport expected = Evaluate(x, y, 64, FiveEach(40));
        using var images = tensor(x, [40, 64]);
        using var captions = tensor(y, [200, 64]);
        using var imagesThere = images.to(CUDA);
        using var captionsThere = captions.to(CUDA);
        RetrievalReport report = Retrieval.Evaluate(imagesThere, captionsThere, FiveEach(40));
        Assert.Equal(expected.ImageQuery.Ranks, report.ImageQuery.Ranks);
        Assert.Equal(expected.CaptionQuery.Ranks, report.CaptionQuery.Ranks);
    }

    [Fact]
    public void Bad_input_is_named()
    {
        using var x = randn(3, 4);
        using var y = randn(6, 4);
        using var narrow = randn(6, 5);
        using var flat = randn(6);
        using var doubles = randn(6, 4, ScalarType.Float64);
        int[] two = [0, 0, 1, 1, 2, 2];
        Assert.Contains("[3, 4] and captions [6, 5]", Assert.Throws<ShapeException>(() => Retrieval.Evaluate(x, narrow, two)).Message);
        Assert.Contains("captions (embeddings)", Assert.Throws<ShapeException>(() => Retrieval.Evaluate(x, flat, two)).Message);
        Assert.Contains("expected one image row a caption, 6, found 2", Assert.Throws<ShapeException>(() => Retrieval.Evaluate(x, y, [0, 1])).Message);
        Assert.Contains("caption row 5 belongs to image row 3", Assert.Throws<ShapeException>(() => Retrieval.Evaluate(x, y, [0, 0, 1, 1, 2, 3])).Message);
        Assert.Contains("row 2 has no caption", Assert.Throws<ShapeException>(() => Retrieval.Evaluate(x, y, [0, 0, 1, 1, 1, 1])).Message);
        Assert.Contains("Float64", Assert.Throws<ArgumentException>(() => Retrieval.Evaluate(x, doubles, two)).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => new RetrievalOptions { TileRows = -1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new RetrievalOptions { Threads = -1 });
    }
}
