using ITContrast.Analysis;
using ITContrast.Evaluation;
using static TorchSharp.torch;

namespace ITContrast.Tests.Analysis;

[Collection(LiveTensors.Name), KeepsTensors]
public sealed class RecallBySliceTests : TorchTest
{
    // Captions 0 and 1 lie on their images; captions 2 and 3 lie on each other's: "5 words" finds both at once, "9 words" neither.
    [Fact]
    public void Each_label_has_the_recall_of_its_own_queries()
    {
        RecallBySliceReport report = RecallBySlice.Measure(Ranks(Toy.Plane([0, 60, 120, 180], [0, 60, 180, 120], [0, 1, 2, 3])), [5, 5, 9, 9], "words");
        Assert.Equal([new(5, 2, 100, 100, 100), new(9, 2, 0, 100, 100)], report.Slices);
        Assert.Contains("highest for words 5 (100.0 % of 2 queries) and lowest for words 9 (0.0 % of 2 queries)", report.ToText());
    }

    [Fact]
    public void Slices_weighted_by_their_queries_give_the_whole()
    {
        DirectionReport whole = Ranks(Toy.Random(30, 3, 5, 2));
        RecallBySliceReport report = RecallBySlice.Measure(whole, [.. Enumerable.Range(0, 90).Select(query => (long)(query * query % 7))], "group");
        Assert.InRange(whole.R1, 1, 99);
        Assert.Equal(whole.R1, report.Slices.Sum(slice => slice.Queries * slice.R1) / 90, 9);
        Assert.Equal(whole.R5, report.Slices.Sum(slice => slice.Queries * slice.R5) / 90, 9);
        Assert.Equal(whole.R10, report.Slices.Sum(slice => slice.Queries * slice.R10) / 90, 9);
    }

    // Twelve captions of images 0 to 2 on their images, one lost caption: a slice of one query is not called the lowest, and named slices are drawn from the
    // worst up.
    [Fact]
    public void Small_slices_are_not_ranked_and_named_ones_are_sorted()
    {
        int[] imageOf = [.. Enumerable.Repeat(0, 12), .. Enumerable.Repeat(1, 12), 2];
        double[] angles = [.. Enumerable.Repeat(0.0, 12), .. Enumerable.Repeat(60.0, 6), .. Enumerable.Repeat(0.0, 6), 60];
        RecallBySliceReport report = RecallBySlice.Measure(
            Ranks(Toy.Plane([0, 60, 180], angles, imageOf)),
            [.. imageOf.Select(image => (long)image)],
            "group",
            group => $"concept {(char)('a' + group)}");
        Assert.Contains(
            "Of the 2 with 10 queries or more, R@1 is highest for concept a (100.0 % of 12 queries) and lowest for concept b (50.0 % of 12 queries)",
            report.ToText());
        Assert.Equal([0.0, 50, 100], report.ToFigure().Data[0]!["y"]!.AsArray().Select(value => (double)value!));
        Assert.StartsWith("concept c", (string)report.ToFigure().Data[0]!["text"]![0]!);
    }

    [Fact]
    public void Every_query_needs_a_label() =>
        Assert.Contains("one a query, 4, found 3",
            Assert
                .Throws<ShapeException>(() => RecallBySlice.Measure(Ranks(Toy.Plane([0, 60, 120, 180], [0, 60, 180, 120], [0, 1, 2, 3])), [1, 2, 3], "words"))
                .Message);

    private static DirectionReport Ranks(Toy toy)
    {
        using var images = tensor(toy.Images, [toy.N, toy.Width]);
        using var captions = tensor(toy.Captions, [toy.M, toy.Width]);
        return Retrieval.Evaluate(images, captions, toy.ImageOf).CaptionQuery;
    }
}
