using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ITContrast.Analysis;
using ITContrast.Charts;
using ITContrast.Data;

namespace ITContrast.Tests.Analysis;

[Collection(LiveTensors.Name), KeepsTensors]
public sealed partial class RankedQueriesTests
{
    // Images at 0°, 90° and 180°; captions of them at 10°, 30° (nearer to 0° than to 90°) and 170°.
    private static Toy Drawn(long[]? groups = null) => Toy.Plane([0, 90, 180], [10, 30, 170], [0, 1, 2], groups);

    private static double Cos(double degrees) => Math.Cos(degrees * Math.PI / 180);

    [Fact]
    public void The_most_wrong_query_comes_first_with_what_it_prefers()
    {
        using EmbeddedPairs pairs = Drawn().Pairs();
        RankedDirection direction = RankedQueries.Measure(pairs, top: 2).CaptionQuery;
        Assert.Equal(3, direction.Queries.Count);
        RankedQuery worst = direction.Queries[0];
        Assert.Equal(1, worst.Query);
        Assert.Equal(1, worst.Rank);
        Assert.Equal(Cos(30) - Cos(60), worst.Wrongness, 6);
        Assert.Equal([0, 1], worst.Items.Select(item => item.Item));
        Assert.Equal([false, true], worst.Items.Select(item => item.Positive));
        Assert.Equal(2.0 / 3, direction.First, 12);
        Assert.Equal(1.0 / 3, direction.Wrong, 12);
    }

    [Fact]
    public void Items_of_the_same_concept_are_not_wrong()
    {
        using EmbeddedPairs pairs = Drawn([7, 7, 8]).Pairs();
        RankedQuery query = RankedQueries.Measure(pairs).CaptionQuery.Queries.Single(query => query.Query == 1);
        Assert.True(query.Items[0].Sibling);
        Assert.Equal(Cos(150) - Cos(60), query.Wrongness, 6);
    }

    [Fact]
    public void Wrongness_is_the_naive_loop_s_and_most_keeps_the_worst()
    {
        Toy toy = Toy.Random(12, 2, 5, seed: 4);
        using EmbeddedPairs pairs = toy.Pairs();
        RankedDirection direction = RankedQueries.Measure(pairs, most: 5).CaptionQuery;
        double[] naive =
        [
            .. Enumerable
                .Range(0, toy.M)
                .Select(c => Enumerable.Range(0, toy.N).Where(i => i != toy.ImageOf[c]).Max(i => toy.CaptionScore(c, i)) - toy.CaptionScore(c, toy.ImageOf[c])),
        ];
        Assert.Equal([.. naive.OrderDescending().Take(5)], direction.Queries.Select(query => query.Wrongness), (double a, double b) => Math.Abs(a - b) < 1e-6);
    }

    [Fact]
    public void The_page_holds_every_text_and_picture_it_shows_and_reaches_for_nothing_else()
    {
        using EmbeddedPairs pairs = Drawn().Pairs();
        string page = BrowserPage.Html(
            RankedQueries.Measure(pairs),
            "A <test>",
            caption => $"</script> caption {caption}",
            image => new RgbImage(2, 2, new byte[12]));
        JsonNode data = JsonNode.Parse(Data().Match(page).Groups[1].Value)!;
        Assert.Equal("</script> caption 1", data["captions"]!["1"]!.GetValue<string>());
        Assert.Equal(["0", "1", "2"], data["pictures"]!.AsObject().Select(pair => pair.Key));
        Assert.Equal(1, data["directions"]![0]!["queries"]![0]!["q"]!.GetValue<int>());
        Assert.Contains("A &lt;test&gt;", page);
        Assert.DoesNotContain("http", page);
        Assert.Equal(2, Regex.Count(page, "</script>"));
    }

    [Fact]
    public void With_the_image_of_each_caption_the_page_pairs_them()
    {
        using EmbeddedPairs pairs = Drawn().Pairs();
        string page = BrowserPage.Html(
            RankedQueries.Measure(pairs, top: 1, most: 1),
            "A test",
            picture: image => new RgbImage(2, 2, new byte[12]),
            imageOf: [0, 1, 2]);
        JsonNode data = JsonNode.Parse(Data().Match(page).Groups[1].Value)!;
        Assert.NotEmpty(data["imageOf"]!.AsObject());
        Assert.All(data["imageOf"]!.AsObject(), pair => Assert.Equal(pair.Key, pair.Value!.ToString()));
        Assert.All(data["imageOf"]!.AsObject(), pair => Assert.True(data["pictures"]!.AsObject().ContainsKey(pair.Value!.ToString())));
    }

    [GeneratedRegex("id=\"data\">(.*?)</script>")]
    private static partial Regex Data();
}
