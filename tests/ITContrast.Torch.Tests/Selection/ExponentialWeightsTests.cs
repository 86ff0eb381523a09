using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Torch.Tests.Selection;

public class ExponentialWeightsTests
{
    [Theory, InlineData(1, 1, 90, 0.5), InlineData(70, 257, 90, 0.5), InlineData(5, 2048, 20, -0.2), InlineData(3, 40, 5000, 0.1)]
    public void Weights_are_a_softmax_beside_a_one(int rows, int columns, double mu, double gamma) => Live.Balanced(() =>
    {
        using var generator = new Generator(2);
        var scores = (rand(rows, columns, generator: generator) * 2 - 1).masked_fill(rand(rows, columns, generator: generator) < 0.1, double.NegativeInfinity);
        Tensor exact = ExponentialWeights.Plain(scores.to(ScalarType.Float64), mu, gamma), found = ExponentialWeights.Of(scores, mu, gamma);
        // An exponent of mu·s in single precision is off by its last digit.
        Assert.True(((found - exact).abs() <= exact * (4e-7 * (mu + 8)) + 1e-30).all().item<bool>());
        Assert.Equal(0, found.masked_select(scores == double.NegativeInfinity).abs().sum().item<float>());
    });

    [Fact]
    public void What_is_no_number_makes_its_row_none() => Live.Balanced(() =>
    {
        var scores = tensor(new[] { 0.1f, float.NaN, 0.3f, 0.1f, 0.2f, 0.3f }).view(2, 3);
        float[] found = ExponentialWeights.Of(scores, 10, 0).data<float>().ToArray();
        Assert.All(found[..3], w => Assert.True(float.IsNaN(w)));
        Assert.All(found[3..], w => Assert.InRange(w, 0.01f, 0.99f));
    });

    // A cone of half the length crowds the keys: no block of them can be left out, and of keys all round nearly all blocks are.
    [Theory]
    [InlineData(1, 1, 32, 90, 0.5, 0)]
    [InlineData(70, 257, 96, 90, 0.5, 0)]
    [InlineData(33, 640, 256, 90, 0.5, 0)]
    [InlineData(64, 500, 256, 90, 0.5, 0.4)]
    [InlineData(64, 500, 256, 90, 0.5, 2)]
    [InlineData(40, 128, 64, 9, 0.1, 0)]
    public void Sums_of_keys_are_those_of_weights_in_double_precision(int rows, int count, int width, double mu, double gamma, double cone) => Live.Balanced(() =>
    {
        if (!ExponentialWeights.SumsKeys) Assert.Skip("this processor has neither bf16 tiles nor AVX-512, or this torch does not reach them");
        using var generator = new Generator(3);
        var common = randn(1, width, generator: generator) * cone;
        Tensor anchors = Unit(rows), keys = Unit(count), ids = arange(rows), keyIds = arange(count) % 40;
        keys.narrow(0, 0, Math.Min(rows, count)).copy_(nn.functional.normalize(keys.narrow(0, 0, Math.Min(rows, count)) + anchors.narrow(0, 0, Math.Min(rows, count))));
        keyIds.narrow(0, count / 2, count / 9).fill_(-1);
        var scores = anchors.@double().matmul(keys.@double().T);
        var masked = (keyIds.unsqueeze(0) == ids.unsqueeze(1)).logical_or(keyIds.unsqueeze(0) < 0);
        var exact = ExponentialWeights.Plain(scores.masked_fill(masked, double.NegativeInfinity), mu, gamma).matmul(keys.@double());
        var found = ExponentialWeights.SumKeys(anchors, keys, keyIds, ids, mu, gamma)!;
        var error = (found - exact).abs().max().item<double>();
        Assert.True(error < 1e-5, $"off by {error:E1}");

        Tensor Unit(int many) => nn.functional.normalize(randn(many, width, generator: generator) + common);
    });

    [Fact]
    public void A_sum_of_keys_keeps_what_is_no_number_in_its_row() => Live.Balanced(() =>
    {
        if (!ExponentialWeights.SumsKeys) Assert.Skip("this processor has neither bf16 tiles nor AVX-512, or this torch does not reach them");
        var anchors = nn.functional.normalize(arange(1, 65).to(ScalarType.Float32).view(2, 32));
        anchors[0, 3] = tensor(float.NaN);
        var found = ExponentialWeights.SumKeys(anchors, anchors.narrow(0, 1, 1), tensor(new[] { 7L }), tensor(new[] { 1L, 2L }), 90, 0.5)!;
        Assert.True(found[0].isnan().all().item<bool>());
        Assert.True(found[1].isfinite().all().item<bool>());
    });

    [Fact]
    public void Sums_that_blocks_do_not_reach_are_left_to_the_caller() => Live.Balanced(() =>
    {
        Tensor keys = nn.functional.normalize(ones(4, 32)), ids = arange(4);
        Assert.Null(ExponentialWeights.SumKeys(keys.narrow(1, 0, 31), keys.narrow(1, 0, 31), ids, ids, 90, 0.5));
        Assert.Null(ExponentialWeights.SumKeys(keys, keys, ids, ids, 5000, 0.1));
        Assert.Null(ExponentialWeights.SumKeys(keys.to(ScalarType.Float64), keys.to(ScalarType.Float64), ids, ids, 90, 0.5));
        Assert.Equal(ExponentialWeights.SumsKeys, ExponentialWeights.SumKeys(keys, keys, ids, ids, 90, 0.5) is not null);
    });
}
