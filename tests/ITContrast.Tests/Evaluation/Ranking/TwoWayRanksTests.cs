using ITContrast.Evaluation;
using ITContrast.Evaluation.Ranking;

namespace ITContrast.Tests.Evaluation.Ranking;

public sealed class TwoWayRanksTests
{
    // Sizes around the 64-column group and the 8 lanes of the pending pairs; levels > 0 make exact ties, bounds make open comparisons.
    public static TheoryData<int, int, int, double> Cases => new()
    {
        { 7, 3, 0, 1e-3 }, { 20, 16, 0, 0.3 }, { 40, 33, 2, 1e-3 }, { 40, 5, 1, 0.2 }, { 67, 70, 0, 1e-5 }, { 33, 130, 3, 0.05 },
    };

    [Theory, MemberData(nameof(Cases))]
    public void Ranks_equal_a_sort_by_defined_score_for_every_tile_and_thread_count(int images, int width, int levels, double bound)
    {
        int captions = 5 * images + 3;
        float[] x = Samples.Values(images, width, 1, levels), y = Samples.Values(captions, width, 2, levels);
        var random = new Random(3);
        // Every image has at least one caption; the rest fall anywhere, so captions an image vary and are not consecutive.
        int[] imageOf = [.. Enumerable.Range(0, captions).Select(caption => caption < images ? caption : random.Next(images))];
        int[] byImage = Samples.SortedRanks(x, y, width, (image, caption) => imageOf[caption] == image);
        int[] byCaption = Samples.SortedRanks(y, x, width, (caption, image) => imageOf[caption] == image);

        var ranks = new TwoWayRanks(Samples.Rows(x, width), Samples.Rows(y, width, "captions"), imageOf);
        foreach (int workers in (int[])[1, 3])
        foreach ((int tileRows, int tileColumns) in ((int, int)[])[(1, 1), (5, 64), (16, 200), (1024, 1024)])
        foreach (bool defined in (bool[])[false, true])
        {
            using var product = defined ? null : new WobblyProduct(ranks.Images, ranks.Captions, bound);
            var (forImages, forCaptions) = ranks.Count(product, new(tileRows, tileColumns), workers, null);
            Assert.Equal(byImage, forImages.Ranks());
            Assert.Equal(byCaption, forCaptions.Ranks());
        }
    }

    // Images without a caption lie between the others: ranked for every caption, never asked, whatever decides the comparisons.
    [Theory, InlineData(0, 1e-3), InlineData(2, 0.3)]
    public void Distractors_are_ranked_and_not_asked(int levels, double bound)
    {
        const int images = 90, captions = 40, width = 6;
        float[] x = Samples.Values(images, width, 1, levels), y = Samples.Values(captions, width, 2, levels);
        int[] imageOf = [.. Enumerable.Range(0, captions).Select(caption => caption / 2 * 4 + 1)];
        Rows a = Samples.Rows(x, width), b = Samples.Rows(y, width, "captions");
        int[] byImage = Samples.SortedRanks(
            [.. imageOf.Distinct().SelectMany(image => x[(image * width)..((image + 1) * width)])],
            y,
            width,
            (place, caption) => caption / 2 == place);
        int[] byCaption = Samples.SortedRanks(y, x, width, (caption, image) => imageOf[caption] == image);
        foreach (bool defined in (bool[])[false, true])
        {
            var ranks = new TwoWayRanks(a, b, imageOf);
            using var product = defined ? null : new WobblyProduct(a, b, bound);
            var (forImages, forCaptions) = ranks.Count(product, new(16, 64), 2, null);
            RetrievalReport report = RetrievalReport.From(forImages, forCaptions, ScorePrecision.Single, Pairing.Captioned(imageOf));
            Assert.Equal(byImage, report.ImageQuery.Ranks);
            Assert.Equal(byCaption, report.CaptionQuery.Ranks);
            Assert.Equal((20, captions, images), (report.ImageQuery.Queries, report.ImageQuery.Gallery, report.CaptionQuery.Gallery));
        }
        Assert.Contains("row 0 has no caption", Assert.Throws<ShapeException>(() => Retrieval.Rank(a, b, imageOf, new())).Message);
        Assert.Equal(byCaption, Retrieval.Rank(a, b, imageOf, new() { Distractors = true }).CaptionQuery.Ranks);
    }

    [Fact]
    public void A_product_that_breaks_its_bound_is_found_out()
    {
        float[] x = Samples.Values(50, 16, 1), y = Samples.Values(50, 16, 2);
        var ranks = new TwoWayRanks(Samples.Rows(x, 16), Samples.Rows(y, 16), [.. Enumerable.Range(0, 50)]);
        using var product = new WobblyProduct(ranks.Images, ranks.Captions, 1e-3, excess: 3);
        var error = Assert.Throws<InvalidOperationException>(() => ranks.Count(product, new(16, 16), 1, null));
        Assert.Contains("exceeds its proven bound", error.Message);
    }

    [Fact]
    public void Ties_are_told_apart_from_positives()
    {
        // One direction in the plane: captions 0 and 2 (of image 0) and caption 1 (of image 1) are the same row.
        float[] x = [1, 0, 0, 1], y = [1, 0, 1, 0, 1, 0];
        var (images, captions) = new TwoWayRanks(Samples.Rows(x, 2), Samples.Rows(y, 2), [0, 1, 0]).Count(null, new(8, 8), 1, null);
        Assert.Equal((0, 1, 2), (images.Greater[0], images.EqualOthers[0], images.EqualPositives[0]));
        // Image 1 scores 0 with all three; its caption stands second.
        Assert.Equal((0, 2, 1, 1), (images.Greater[1], images.EqualOthers[1], images.EqualPositives[1], images.EqualBefore[1]));
        Assert.Equal((1, 0), (captions.Greater[1], captions.EqualOthers[1]));
    }
}
