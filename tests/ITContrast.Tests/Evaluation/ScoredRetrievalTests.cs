using ITContrast.Evaluation;
using static TorchSharp.torch;

namespace ITContrast.Tests.Evaluation;

/// <summary>Ranks from a matrix of scores: those of the embeddings behind them, and errors that say where.</summary>
public class ScoredRetrievalTests : TorchTest
{
    private static readonly int[] ImageOf = [.. Enumerable.Range(0, 60).Select(c => c / 5)];

    [Theory, InlineData(1L), InlineData(2L), InlineData(3L)]
    public void Ranks_are_those_of_the_embeddings(long seed)
    {
        // Entries of −1, 0 and 1: products are exact in fp32, and ties are many.
        var (images, captions) = (
            (Plane.Random(12, 4, seed) * 2).round().to(ScalarType.Float32), (Plane.Random(60, 4, seed + 9) * 2).round().to(ScalarType.Float32));
        var (expected, found) = (Retrieval.Evaluate(images, captions, ImageOf), ScoredRetrieval.Evaluate(images.matmul(captions.T), ImageOf));
        foreach (var (left, right) in new[] { (expected.ImageQuery, found.ImageQuery), (expected.CaptionQuery, found.CaptionQuery) })
        {
            Assert.Equal(left.Ranks, right.Ranks);
            Assert.Equal(left.ExpectedRecall(3), right.ExpectedRecall(3), 12);
            Assert.Equal(left.TiedQueries, right.TiedQueries, 12);
            Assert.Equal(left.Gallery, right.Gallery);
        }
    }

    [Fact]
    public void Constant_scores_are_chance_and_not_perfect()
    {
        var report = ScoredRetrieval.Evaluate(zeros(12, 60), ImageOf);
        Assert.Equal(100.0 / 12, report.CaptionQuery.R1, 9);
        Assert.Equal(100.0 / 12, report.ImageQuery.R1, 9);
    }

    [Fact]
    public void A_score_that_is_no_number_is_named()
    {
        var scores = zeros(12, 60);
        scores[3, 17] = tensor(float.NaN);
        Assert.Contains("image 3 with caption 17", Assert.Throws<DataException>(() => ScoredRetrieval.Evaluate(scores, ImageOf)).Message);
    }

    [Fact]
    public void Shapes_that_do_not_fit_are_refused()
    {
        Assert.Throws<ShapeException>(() => ScoredRetrieval.Evaluate(zeros(12, 59), ImageOf));
        Assert.Throws<ShapeException>(() => ScoredRetrieval.Evaluate(zeros(11, 60), ImageOf));
        Assert.Contains("row 12 has no caption", Assert.Throws<ShapeException>(() => ScoredRetrieval.Evaluate(zeros(13, 60), ImageOf)).Message);
    }
}
