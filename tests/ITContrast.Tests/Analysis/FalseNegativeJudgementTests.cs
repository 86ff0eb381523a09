using ITContrast.Analysis;

namespace ITContrast.Tests.Analysis;

[Collection(LiveTensors.Name), KeepsTensors]
public sealed class FalseNegativeJudgementTests
{
    // Caption 0 (at 20°) meets images at 0° (its own), 30° and 90°; people say that the one at 30° is right too. Caption 1 was not judged.
    private static Toy Drawn => Toy.Plane([0, 30, 90], [20, 35, 80], [0, 1, 2]);

    [Fact]
    public void Items_that_judgements_call_right_are_counted_for_judged_queries_only()
    {
        using EmbeddedPairs pairs = Drawn.Pairs();
        FalseNegativeReport report = FalseNegatives.Measure(pairs, [[0, 1], [], [2]], [[0], [1, 0], []], [1, 2]);
        Assert.Equal(2, report.CaptionQuery.Queries);
        // Caption 0's hardest other image is the one at 30°: right. Caption 2's hardest is not.
        Assert.Equal([0.5, 0.25], report.CaptionQuery.Hardest.Select(cut => cut.Share));
        Assert.Equal([0.5, 0.25], report.ImageQuery.Hardest.Select(cut => cut.Share));
        Assert.Equal(0.25, report.CaptionQuery.Base, 12);
        Assert.Contains("are right by the judgements", report.ToText());
    }

    [Fact]
    public void Judgements_of_other_items_are_refused()
    {
        using EmbeddedPairs pairs = Drawn.Pairs();
        Assert.Contains(
            "expected one list of judged items a query, 3, found 1",
            Assert
                .Throws<ShapeException>(() =>
                    FalseNegatives.Measure(
                        pairs,
                        [
                            [0],
                        ],
                        [
                            [0], [1], [2],
                        ]))
                .Message);
        Assert.Contains("no query is judged", Assert.Throws<ArgumentException>(() => FalseNegatives.Measure(pairs, [[], [], []], [[0], [1], [2]])).Message);
    }
}
