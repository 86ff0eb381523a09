using ITContrast.Analysis;

namespace ITContrast.Tests.Analysis;

[Collection(LiveTensors.Name), KeepsTensors]
public sealed class HubnessTests : TorchTest
{
    // All captions at 5°, images at 0°, 90° and 180°: the first image is every query's first.
    [Fact]
    public void One_hub_takes_every_query()
    {
        using EmbeddedPairs pairs = Toy.Plane([0, 90, 180], [5, 5, 5], [0, 1, 2]).Pairs();
        HubCounts first = Hubness.Measure(pairs, [1]).CaptionQuery.Cuts[0];
        Assert.Equal([3, 0, 0], first.Counts);
        Assert.Equal(2 / 3.0, first.NeverRetrieved, 12);
        // (3, 0, 0) has mean 1, variance 2 and third moment (8 − 1 − 1)/3 = 2: skewness 2/2^{3/2}.
        Assert.Equal(1 / Math.Sqrt(2), first.Skewness, 12);
        Assert.Equal(Math.Pow(2 / 3.0, 3), first.NeverRetrievedByChance, 12);
    }

    [Fact]
    public void Items_that_are_found_equally_often_have_no_skewness()
    {
        using EmbeddedPairs pairs = Toy.Plane([0, 120, 240], [0, 120, 240], [0, 1, 2]).Pairs();
        HubnessReport report = Hubness.Measure(pairs, [1]);
        Assert.Equal([1, 1, 1], report.CaptionQuery.Cuts[0].Counts);
        Assert.Equal(0, report.CaptionQuery.Cuts[0].Skewness);
        Assert.Contains("0.0 % of 3 images are never first for any of 3 queries", report.ToText());
    }

    // Equal rows tie everywhere: the lower rows fill the first places.
    [Fact]
    public void Ties_go_to_the_lower_row()
    {
        using EmbeddedPairs pairs = Toy.Plane([30, 30, 30, 30], [30, 30, 30, 30], [0, 1, 2, 3]).Pairs();
        Assert.Equal([4, 4, 0, 0], Hubness.Measure(pairs, [2]).ImageQuery.Cuts[0].Counts);
    }

    [Theory, InlineData(1), InlineData(4), InlineData(10), InlineData(500)]
    public void Counts_are_those_of_a_sort(int k)
    {
        Toy toy = Toy.Random(31, 2, 5, 8);
        using EmbeddedPairs pairs = toy.Pairs();
        int[] expected = new int[toy.N];
        for (int caption = 0; caption < toy.M; caption++)
            foreach (int image in Enumerable.Range(0, toy.N).OrderByDescending(image => toy.CaptionScore(caption, image)).ThenBy(image => image).Take(k))
                expected[image]++;
        HubCounts found = Hubness.Measure(pairs, [k], threads: 2).CaptionQuery.Cuts[0];
        Assert.Equal(expected, found.Counts);
        Assert.Equal(toy.M * Math.Min(k, toy.N), found.Counts.Sum());
    }

    [Theory, InlineData(false), InlineData(true)]
    public void False_negatives_are_those_of_a_sort(bool images)
    {
        Toy toy = Toy.Random(20, 2, 4, 6, [.. Enumerable.Range(0, 20).Select(image => (long)(image % 5))]);
        using EmbeddedPairs pairs = toy.Pairs();
        FalseNegativeReport report = FalseNegatives.Measure(pairs, [1, 3]);
        FalseNegativeDirection found = images ? report.ImageQuery : report.CaptionQuery;
        // (image of the query, image of the item, score) by query.
        var rows = images
            ? Enumerable.Range(0, toy.N).Select(q => Enumerable.Range(0, toy.M).Select(c => (Query: q, Item: toy.ImageOf[c], Score: toy.CaptionScore(c, q))))
            : Enumerable.Range(0, toy.M).Select(c => Enumerable.Range(0, toy.N).Select(i => (Query: toy.ImageOf[c], Item: i, Score: toy.CaptionScore(c, i))));
        var others = rows.Select(row => row.Where(pair => pair.Item != pair.Query).OrderByDescending(pair => pair.Score).ToArray()).ToArray();
        double Share(int k) => others.Average(row => row.Take(k).Average(pair => pair.Item % 5 == pair.Query % 5 ? 1.0 : 0));
        Assert.Equal(Share(1), found.Hardest[0].Share, 12);
        Assert.Equal(Share(3), found.Hardest[1].Share, 12);
        Assert.Equal(3 / 19.0, found.Base, 12);
    }

    [Fact]
    public void Without_groups_or_cuts_the_message_says_what_to_give()
    {
        using EmbeddedPairs pairs = Toy.Random(4, 1, 3, 1).Pairs();
        Assert.Contains("one group an image", Assert.Throws<ArgumentException>(() => FalseNegatives.Measure(pairs)).Message);
        Assert.Contains("at least 1", Assert.Throws<ArgumentException>(() => Hubness.Measure(pairs, [0])).Message);
    }
}
