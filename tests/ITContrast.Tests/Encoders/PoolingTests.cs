using ITContrast.Encoders.CrossAttention;
using ITContrast.Encoders.Pooling;
using ITContrast.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Tests.Encoders;

/// <summary>Pooling and cross attention against naive loops.</summary>
public class PoolingTests : TorchTest
{
    private static Tensor Sets() => Plane.Random(12, 5, 1).view(3, 4, 5);

    private static readonly long[] Counts = [4, 2, 1];

    private static double[] Flat(Tensor t) => t.detach().contiguous().to(ScalarType.Float64).data<double>().ToArray();

    [Fact]
    public void Mean_and_max_leave_padding_out()
    {
        var (sets, counts) = (Sets(), tensor(Counts));
        var (mean, max) = (RegionPooling.Mean(sets, counts), RegionPooling.Max(sets, counts));
        for (var b = 0; b < 3; b++)
            for (var d = 0; d < 5; d++)
            {
                var values = Enumerable.Range(0, (int)Counts[b]).Select(n => sets[b, n, d].item<double>()).ToArray();
                Assert.Equal(values.Average(), mean[b, d].item<double>(), 12);
                Assert.Equal(values.Max(), max[b, d].item<double>(), 12);
            }
    }

    [Fact]
    public void Generalised_pooling_weighs_sorted_values_and_its_weights_sum_to_one()
    {
        using var gpo = new GeneralizedPooling(8, 6).Initialise(1).to(ScalarType.Float64);
        var (sets, counts) = (Sets(), tensor(Counts));
        var (pooled, weights) = (gpo.Pool(sets, counts), gpo.Weights(counts, 4));
        for (var b = 0; b < 3; b++)
        {
            var n = (int)Counts[b];
            Assert.Equal(1, weights[b].sum().item<double>(), 12);
            Assert.All(Flat(weights[b]).Skip(n), w => Assert.Equal(0, w));
            for (var d = 0; d < 5; d++)
            {
                var sorted = Enumerable.Range(0, n).Select(k => sets[b, k, d].item<double>()).OrderDescending().ToArray();
                Assert.Equal(sorted.Select((v, k) => v * weights[b, k].item<double>()).Sum(), pooled[b, d].item<double>(), 12);
            }
        }
    }

    [Fact]
    public void Generalised_pooling_has_the_gradients_of_its_values()
    {
        using var gpo = new GeneralizedPooling(4, 3).Initialise(1).to(ScalarType.Float64);
        Gradients.ShouldMatch(x => gpo.Pool(x[0], tensor(Counts)).pow(2).sum(), Sets());
    }

    [Theory]
    [InlineData(ScanDirection.TextToImage, ScanAggregation.Average)]
    [InlineData(ScanDirection.TextToImage, ScanAggregation.LogSumExp)]
    [InlineData(ScanDirection.ImageToText, ScanAggregation.Average)]
    [InlineData(ScanDirection.ImageToText, ScanAggregation.LogSumExp)]
    public void Stacked_cross_attention_equals_the_published_loops(ScanDirection direction, ScanAggregation aggregation)
    {
        var options = new ScanOptions(direction, aggregation);
        var (regions, words) = (Plane.Random(6, 5, 2).view(2, 3, 5), Plane.Random(12, 5, 3).view(3, 4, 5));
        long[] regionCounts = [3, 2], wordCounts = [4, 1, 3];
        var scores = ScanAttention.Scores(regions, tensor(regionCounts), words, tensor(wordCounts), options);
        for (var i = 0; i < 2; i++)
            for (var j = 0; j < 3; j++)
            {
                double[][] Rows(Tensor t, long n) => Enumerable.Range(0, (int)n).Select(k => Flat(t[k])).ToArray();
                var (r, w) = (Rows(regions[i], regionCounts[i]), Rows(words[j], wordCounts[j]));
                var (askers, contexts) = direction == ScanDirection.TextToImage ? (w, r) : (r, w);
                Assert.Equal(Naive(askers, contexts, options), scores[i, j].item<double>(), 7);
            }
    }

    private static double Naive(double[][] askers, double[][] contexts, ScanOptions options)
    {
        double Dot(double[] a, double[] b) => a.Zip(b, (x, y) => x * y).Sum();
        var attention = askers.Select(q => contexts.Select(c => Dot(q, c)).Select(x => x > 0 ? x : 0.1 * x).ToArray()).ToArray();
        for (var c = 0; c < contexts.Length; c++)
        {
            var norm = Math.Sqrt(attention.Sum(row => row[c] * row[c]));
            foreach (var row in attention) row[c] /= norm;
        }
        var relevances = askers.Select((q, k) =>
        {
            var weights = attention[k].Select(a => Math.Exp(options.SoftmaxScale * a)).ToArray();
            var mixed = Enumerable.Range(0, q.Length).Select(d => contexts.Select((c, n) => weights[n] / weights.Sum() * c[d]).Sum()).ToArray();
            return Dot(q, mixed) / Math.Sqrt(Dot(q, q) * Dot(mixed, mixed));
        }).ToArray();
        return options.Aggregation == ScanAggregation.Average
            ? relevances.Average()
            : Math.Log(relevances.Sum(r => Math.Exp(options.AggregationScale * r))) / options.AggregationScale;
    }
}
