using ITContrast.Encoders.CrossAttention;
using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Tests.Encoders;

/// <summary>Cross attention of whole batches: gradients, padding, and pairs that do not disturb one another. (The naive oracle is in PoolingTests.)</summary>
public class ScanAttentionTests : TorchTest
{
    private static readonly long[] Regions = [3, 2], Words = [4, 1, 3];

    public static TheoryData<ScanDirection, ScanAggregation> Forms => new()
    {
        { ScanDirection.TextToImage, ScanAggregation.Average }, { ScanDirection.TextToImage, ScanAggregation.LogSumExp },
        { ScanDirection.ImageToText, ScanAggregation.Average }, { ScanDirection.ImageToText, ScanAggregation.LogSumExp },
    };

    private static Tensor Images() => Plane.Random(6, 5, 2).view(2, 3, 5);

    private static Tensor Captions() => Plane.Random(12, 5, 3).view(3, 4, 5);

    private static Tensor Score(Tensor regions, Tensor words, ScanOptions options) =>
        ScanAttention.Scores(regions, tensor(Regions), words, tensor(Words), options);

    // The cosine's denominator has unit members in its formula: rows stay unit vectors under the difference.
    [Theory, MemberData(nameof(Forms))]
    public void Gradients_match_finite_differences(ScanDirection direction, ScanAggregation aggregation)
    {
        Tensor Unit(Tensor x) => nn.functional.normalize(x, dim: 2);
        Gradients.ShouldMatch(x => (Score(Unit(x[0]), Unit(x[1]), new(direction, aggregation)) * Plane.Random(2, 3, 7)).sum(), Images(), Captions());
    }

    [Theory, MemberData(nameof(Forms))]
    public void Padding_takes_no_part(ScanDirection direction, ScanAggregation aggregation)
    {
        var (regions, words) = (Images(), Captions());
        var expected = Score(regions, words, new(direction, aggregation));
        (regions[1, 2], words[1, 1], words[2, 3]) = (
            ones(5, dtype: ScalarType.Float64) * 9, ones(5, dtype: ScalarType.Float64) * -7, ones(5, dtype: ScalarType.Float64) * 3);
        Assert.True((Score(regions, words, new(direction, aggregation)) - expected).abs().max().item<double>() < 1e-12);
    }

    [Theory, MemberData(nameof(Forms))]
    public void A_pairs_score_does_not_depend_on_the_rest_of_the_batch(ScanDirection direction, ScanAggregation aggregation)
    {
        var options = new ScanOptions(direction, aggregation);
        var all = Score(Images(), Captions(), options);
        for (var i = 0; i < 2; i++)
            for (var j = 0; j < 3; j++)
            {
                var alone = ScanAttention.Scores(
                    Images().narrow(0, i, 1), tensor(Regions[i..(i + 1)]), Captions().narrow(0, j, 1), tensor(Words[j..(j + 1)]), options);
                Assert.Equal(alone.item<double>(), all[i, j].item<double>(), 12);
            }
    }

    [Fact]
    public void A_value_that_is_no_number_is_not_hidden()
    {
        var regions = Images();
        regions[0, 1, 1] = tensor(double.NaN);
        var scores = Score(regions, Captions(), new());
        Assert.True(double.IsNaN(scores[0, 0].item<double>()));
        Assert.False(double.IsNaN(scores[1, 0].item<double>()));
    }

    [Fact]
    public void Shapes_that_do_not_fit_are_refused() =>
        Assert.Throws<ShapeException>(() => Score(Images(), Plane.Random(12, 4, 3).view(3, 4, 4), new()));
}
