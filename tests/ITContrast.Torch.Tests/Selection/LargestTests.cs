using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Torch.Tests.Selection;

public class LargestTests
{
    // Levels: how many different scores there are; few of them tie everywhere, many tie now and then, none never.
    [Theory]
    [
        InlineData(1, 30, 5, 0, 0.1), InlineData(40, 30, 29, 0, 0.3), InlineData(40, 200, 32, 0, 0.1), InlineData(40, 30, 5, 4, 0.1),
        InlineData(60, 50, 8, 300, 0.1), InlineData(60, 50, 1, 60, 0.1)
    ]
    [
        InlineData(20, 12, 8, 0, 0.9), InlineData(5, 200, 100, 0, 0.1), InlineData(30, 500, 60, 100000, 0.5), InlineData(3, 900, 4, 2, 0.2),
        InlineData(4, 64, 16, 0, 1)
    ]
    public void It_is_topk_over_what_is_left(int rows, int columns, int count, int levels, double masked) => Live.Balanced(() =>
    {
        using var generator = new Generator(7);
        foreach (var transposed in new[] { false, true })
        {
            var scores = rand(transposed ? [columns, rows] : [rows, columns], generator: generator);
            if (levels > 0) scores = (scores * levels).floor() / levels;
            var mask = rand(scores.shape, generator: generator) < masked;
            if (transposed) (scores, mask) = (scores.T, mask.T);
            var (values, indices) = Largest.Of(scores, mask, count);
            var (expected, columnsOf) = scores.masked_fill(mask, double.NegativeInfinity).topk(count, 1);
            Live.SameBits(expected, values);
            var real = expected.isfinite();
            Live.SameBits(columnsOf.masked_fill(real.logical_not(), 0), indices.masked_fill(real.logical_not(), 0));
            Assert.InRange(indices.min().item<long>(), 0, columns - 1);
        }
    });

    // Infinite scores, zeros of both signs (which tie), and a NaN that the mask leaves out.
    [Fact]
    public void Infinities_and_signed_zeros_take_their_places() => Live.Balanced(() =>
    {
        float inf = float.PositiveInfinity;
        var scores = tensor(new[] { 0f, -0f, inf, -inf, 1, -2, 3, float.NaN, 2, inf }).reshape(1, 10);
        var mask = zeros([1, 10], dtype: ScalarType.Bool);
        mask[0, 7] = tensor(true);
        foreach (int count in new[] { 1, 2, 4, 6, 9 })
        {
            var (values, indices) = Largest.Of(scores, mask, count);
            var (expected, columns) = scores.masked_fill(mask, double.NegativeInfinity).topk(count, 1);
            Live.SameBits(expected, values);
            var real = expected > double.NegativeInfinity;
            Live.SameBits(columns.masked_fill(real.logical_not(), 0), indices.masked_fill(real.logical_not(), 0));
        }
    });

    [Fact]
    public void Other_types_and_nan_take_topks_way() => Live.Balanced(() =>
    {
        var scores = tensor(new[] { 0.5, double.NaN, 0.25, 0.75 }).reshape(1, 4);
        var mask = tensor(new[] { true, false, false, false }).reshape(1, 4);
        foreach (var dtype in new[] { ScalarType.Float32, ScalarType.Float64 })
        {
            var (values, indices) = Largest.Of(scores.to(dtype), mask, 2);
            var (expected, columns) = scores.to(dtype).masked_fill(mask, double.NegativeInfinity).topk(2, 1);
            Assert.Equal(columns.data<long>().ToArray(), indices.data<long>().ToArray());
            Assert.True(double.IsNaN(values[0, 0].ToDouble()) && double.IsNaN(expected[0, 0].ToDouble()));
        }
    });
}
