using ITContrast.Analysis;
using ITContrast.Evaluation;
using static TorchSharp.torch;

namespace ITContrast.Tests.Analysis;

[Collection(LiveTensors.Name), KeepsTensors]
public sealed class HardnessTests : TorchTest
{
    private static double Cos(double degrees) => ITContrast.Tests.Plane.Cos(degrees);

    // Images at 0°, 40° and 100°; the caption of each 10° further. Caption 0 (10°): positive cos 10°, negatives cos 30° and cos 90°.
    [Fact]
    public void Angles_in_the_plane_give_their_cosines()
    {
        using EmbeddedPairs pairs = Toy.Plane([0, 40, 100], [10, 50, 110], [0, 1, 2]).Pairs();
        HardnessDirection captions = Hardness.Measure(pairs, new() { Margin = 0.2 }).CaptionQuery;
        Assert.Equal(Cos(10), captions.Positive[0], 6);
        Assert.Equal(Cos(30), captions.Hardest[0], 6);
        Assert.Equal((Cos(30) + Cos(90)) / 2, captions.MeanNegative[0], 6);
        Assert.Equal(0, captions.Violations);
        // Gaps: cos 10° − cos 30° = 0.119, − cos 50° = 0.342, − cos 70° = 0.643.
        Assert.Equal(1 / 3.0, captions.WithinMargin, 12);
    }

    [Theory, InlineData(false), InlineData(true)]
    public void Both_directions_equal_naive_loops(bool grouped)
    {
        long[]? groups = grouped ? [.. Enumerable.Range(0, 23).Select(image => (long)(image / 3))] : null;
        Toy toy = Toy.Random(23, 3, 8, 5, groups);
        using EmbeddedPairs pairs = toy.Pairs();
        HardnessReport report = Hardness.Measure(pairs);
        for (int caption = 0; caption < toy.M; caption++)
        {
            double[] negatives =
            [
                .. Enumerable.Range(0, toy.N).Where(image => toy.IsNegative(caption, image)).Select(image => toy.CaptionScore(caption, image)),
            ];
            Assert.Equal(toy.CaptionScore(caption, toy.ImageOf[caption]), report.CaptionQuery.Positive[caption], 12);
            Assert.Equal(negatives.Max(), report.CaptionQuery.Hardest[caption], 12);
            Assert.Equal(negatives.Average(), report.CaptionQuery.MeanNegative[caption], 12);
        }
        for (int image = 0; image < toy.N; image++)
        {
            int[] all = [.. Enumerable.Range(0, toy.M)];
            Assert.Equal(
                all.Where(caption => toy.ImageOf[caption] == image).Max(caption => toy.CaptionScore(caption, image)),
                report.ImageQuery.Positive[image],
                12);
            Assert.Equal(
                all.Where(caption => toy.IsNegative(caption, image)).Max(caption => toy.CaptionScore(caption, image)),
                report.ImageQuery.Hardest[image],
                12);
        }
        long negativePairs = Enumerable.Range(0, toy.M).Sum(caption => (long)Enumerable.Range(0, toy.N).Count(image => toy.IsNegative(caption, image)));
        Assert.Equal(negativePairs, report.CaptionQuery.Negatives.Sum());
    }

    [Fact]
    public void Violations_are_the_queries_that_recall_at_1_misses()
    {
        Toy toy = Toy.Random(40, 5, 6, 3);
        using EmbeddedPairs pairs = toy.Pairs();
        using var images = tensor(toy.Images, [toy.N, toy.Width]);
        using var captions = tensor(toy.Captions, [toy.M, toy.Width]);
        RetrievalReport retrieval = Retrieval.Evaluate(images, captions, toy.ImageOf);
        HardnessReport report = Hardness.Measure(pairs);
        Assert.True(report.CaptionQuery.Violations > 0);
        Assert.Equal(100 - retrieval.CaptionQuery.R1, 100 * report.CaptionQuery.Violations, 9);
        Assert.Equal(100 - retrieval.ImageQuery.R1, 100 * report.ImageQuery.Violations, 9);
    }

    // Two equal negatives share the gradient evenly whatever τ: effective number 2; the mass is 2e^{n/τ} / (e^{p/τ} + 2e^{n/τ}).
    [Fact]
    public void Two_equal_negatives_count_two()
    {
        using EmbeddedPairs pairs = Toy.Plane([0, 60, -60], [0, 60, -60], [0, 1, 2]).Pairs();
        NegativeShares shares = GradientMass.Measure(pairs, [0.5]).CaptionQuery.ByTemperature[0];
        Toy toy = Toy.Plane([0, 60, -60], [0, 60, -60], [0, 1, 2]);
        double effective = 0, mass = 0;
        for (int q = 0; q < 3; q++)
        {
            double[] weights = [.. Enumerable.Range(0, 3).Where(i => i != q).Select(i => Math.Exp(toy.CaptionScore(q, i) / 0.5))];
            effective += weights.Sum() * weights.Sum() / weights.Sum(w => w * w) / 3;
            mass += weights.Sum() / (weights.Sum() + Math.Exp(toy.CaptionScore(q, q) / 0.5)) / 3;
        }
        Assert.Equal(effective, shares.EffectiveNumber, 10);
        Assert.Equal(mass, shares.Mass, 10);
        Assert.Equal(1, shares.Top5, 12);
    }

    [Fact]
    public void Cold_softmax_learns_from_one_negative_and_a_warm_one_from_all()
    {
        using EmbeddedPairs pairs = Toy.Random(12, 1, 8, 9).Pairs();
        GradientMassDirection direction = GradientMass.Measure(pairs, [1e6, 1e-5]).CaptionQuery;
        Assert.Equal(1, direction.ByTemperature[0].EffectiveNumber, 6);
        Assert.Equal(1, direction.ByTemperature[0].Top1, 6);
        Assert.Equal(11, direction.ByTemperature[1].EffectiveNumber, 6);
        Assert.Equal(10 / 11.0, direction.ByTemperature[1].Top10, 6);
    }

    [Fact]
    public void Text_json_and_chart_carry_the_numbers()
    {
        using EmbeddedPairs pairs = Toy.Plane([0, 40, 100], [10, 50, 110], [0, 1, 2]).Pairs();
        HardnessReport report = Hardness.Measure(pairs);
        Assert.Contains("3 queries, 3 items", report.ToText());
        Assert.Contains("0.0 % of queries, and comes within 0.2 of it for 33.3 %", report.ToText());
        Assert.Equal(1 / 3.0, (double)report.ToJson()["caption_query"]!["within_margin"]!, 12);
        Assert.Equal(3, report.ToFigure().Data.Count);
        Assert.Equal(100, report.ToFigure().Data[0]!["y"]!.AsArray().Sum(value => (double)value!), 9);
    }

    [Fact]
    public void Nan_and_galleries_without_negatives_are_refused_with_their_place()
    {
        Toy toy = Toy.Random(4, 1, 3, 1);
        toy.Captions[7] = float.NaN;
        Assert.Contains("row 2, column 1", Assert.Throws<DataException>(() => toy.Pairs()).Message);
        using EmbeddedPairs one = Toy.Random(3, 1, 3, 1, [7, 7, 7]).Pairs();
        Assert.Contains("one group", Assert.Throws<ShapeException>(() => Hardness.Measure(one)).Message);
        Assert.Contains("expected one group an image row, 3, found 2", Assert.Throws<ShapeException>(() => Toy.Random(3, 1, 3, 1, [1, 2]).Pairs()).Message);
        Assert.Throws<ArgumentException>(() => GradientMass.Measure(one, [0]));
    }
}
