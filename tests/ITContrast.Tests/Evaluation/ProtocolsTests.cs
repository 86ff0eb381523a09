using System.Text.Json.Nodes;
using ITContrast.Evaluation;
using ITContrast.Tests.Evaluation.Ranking;
using static TorchSharp.torch;

namespace ITContrast.Tests.Evaluation;

public sealed class ProtocolsTests
{
    private const int Width = 8;

    private static int[] FiveEach(int images) => [.. Enumerable.Range(0, 5 * images).Select(caption => caption / 5)];

    [Fact]
    public void Five_folds_are_sequential_and_every_metric_is_their_mean()
    {
        float[] x = Samples.Values(5000, Width, 1), y = Samples.Values(25000, Width, 2);
        using var images = tensor(x, [5000, Width]);
        using var captions = tensor(y, [25000, Width]);
        ProtocolReport report = Protocols.Evaluate(images, captions, FiveEach(5000), RetrievalProtocol.Coco1K);
        double rsum = 0, medr = 0, meanr = 0;
        for (int fold = 0; fold < 5; fold++)
        {
            using var ownImages = images.narrow(0, 1000 * fold, 1000);
            using var ownCaptions = captions.narrow(0, 5000 * fold, 5000);
            RetrievalReport own = Retrieval.Evaluate(ownImages, ownCaptions, FiveEach(1000));
            Assert.Equal(own.CaptionQuery.Ranks, report.Folds[fold].CaptionQuery.Ranks);
            Assert.Equal(own.ImageQuery.Ranks, report.Folds[fold].ImageQuery.Ranks);
            (rsum, medr, meanr) = (rsum + own.RSum / 5, medr + own.CaptionQuery.MedianRank / 5, meanr + own.ImageQuery.MeanRank / 5);
        }
        Assert.Equal(rsum, report.RSum, 9);
        Assert.Equal(medr, report.CaptionQuery.MedianRank, 9);
        Assert.Equal(meanr, report.ImageQuery.MeanRank, 9);
        Assert.Equal((5000, 25000), (report.ImageQuery.Queries, report.CaptionQuery.Queries));

        ProtocolReport first = Protocols.Evaluate(images, captions, FiveEach(5000), RetrievalProtocol.Coco1KFirstFold);
        Assert.Equal(report.Folds[0].RSum, first.RSum);
        Assert.Equal(report.Folds[0].CaptionQuery.Ranks,
            Protocols.Evaluate(images, captions, FiveEach(5000), RetrievalProtocol.First1000).Folds[0].CaptionQuery.Ranks);
    }

    // Captions in any order: a fold is made of images, whatever rows their captions have.
    [Fact]
    public void Folds_follow_the_images_when_captions_are_shuffled()
    {
        float[] x = Samples.Values(1200, Width, 1), y = Samples.Values(1200, Width, 2);
        int[] order = [.. Enumerable.Range(0, 1200)];
        new Random(1).Shuffle(order);
        using var images = tensor(x, [1200, Width]);
        using var captions = tensor(y, [1200, Width]);
        using var shuffled = tensor([.. order.SelectMany(c => y[(c * Width)..(c * Width + Width)])], [1200, Width]);
        int[] own = [.. Enumerable.Range(0, 1200)];
        double plain = Protocols.Evaluate(images, captions, own, RetrievalProtocol.First1000).RSum;
        Assert.Equal(plain, Protocols.Evaluate(images, shuffled, order, RetrievalProtocol.First1000).RSum, 9);
    }

    [Theory, InlineData("f30k-1k", "1000 images, found 40"), InlineData("coco-5k", "5000 images"), InlineData("first-1000", "at least 1000")]
    public void A_protocol_refuses_another_number_of_images(string name, string says)
    {
        using var images = randn(40, 4);
        using var captions = randn(200, 4);
        Assert.Contains(says, Assert.Throws<ShapeException>(() => Protocols.Evaluate(images, captions, FiveEach(40), Protocols.Parse(name))).Message);
    }

    [Fact]
    public void Names_are_stable_and_an_unknown_one_lists_them()
    {
        Assert.Equal(["whole", "f30k-1k", "coco-5k", "coco-1k", "coco-1k-first-fold", "first-1000"], Protocols.Names);
        Assert.All(Protocols.Names, name => Assert.Equal(name, Protocols.Name(Protocols.Parse(name))));
        Assert.Contains("coco-1k-first-fold", Assert.Throws<ArgumentException>(() => Protocols.Parse("coco")).Message);
        using var images = randn(4, 4);
        using var captions = randn(8, 4);
        JsonObject json = ReportJson.Of(Protocols.Evaluate(images, captions, [0, 0, 1, 1, 2, 2, 3, 3], RetrievalProtocol.Whole));
        Assert.Equal(["protocol", "folds", "image_query", "caption_query", "rsum", "mean_recall", "fold_rsum", "precision"], json.Select(entry => entry.Key));
        Assert.Equal(["queries", "gallery", "r1", "r5", "r10", "medr", "meanr", "tied_queries", "tie_warning", "expected_r1", "expected_r5", "expected_r10"],
            json["image_query"]!.AsObject().Select(entry => entry.Key));
    }
}
