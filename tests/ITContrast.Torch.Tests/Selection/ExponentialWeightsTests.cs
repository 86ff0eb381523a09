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

    [Theory, InlineData(1, 1, 32, 0), InlineData(70, 257, 96, 0), InlineData(33, 640, 256, 0.4), InlineData(64, 500, 256, 0.75), InlineData(64, 500, 256, 2)]
    public void Sums_of_bfloat16_keys_are_of_anchors_and_weights_rounded_like_them(int rows, int count, int width, double cone) => Live.Balanced(() =>
    {
        if (!ExponentialWeights.SumsKeys) Assert.Skip("this processor has neither bf16 tiles nor AVX-512, or this torch does not reach them");
        using var generator = new Generator(5);
        var common = randn(1, width, generator: generator) * cone;
        Tensor anchors = Unit(rows), keys = Unit(count).to(ScalarType.BFloat16), ids = arange(rows), keyIds = arange(count) % 40 - 1;
        var rounded = anchors.to(ScalarType.BFloat16).to(ScalarType.Float32);
        var masked = (keyIds.unsqueeze(0) == ids.unsqueeze(1)).logical_or(keyIds.unsqueeze(0) < 0);
        var scores = rounded.@double().matmul(keys.@double().T).masked_fill(masked, double.NegativeInfinity);
        Tensor weights = ExponentialWeights.Plain(scores, 90, 0.5), exact = weights.matmul(keys.@double());
        var found = ExponentialWeights.SumKeys(anchors, keys, keyIds, ids, 90, 0.5)!;
        // Half a last digit of bfloat16, 2⁻⁸, for each weight.
        Assert.True(((found - exact).abs() <= weights.matmul(keys.@double().abs()) / 256 + 1e-6).all().item<bool>());
        Assert.Equal(found.data<float>().ToArray(), ExponentialWeights.SumKeys(rounded, keys, keyIds, ids, 90, 0.5)!.data<float>().ToArray());

        Tensor Unit(int many) => nn.functional.normalize(randn(many, width, generator: generator) + common);
    });

    [Theory, InlineData(1, 0.5), InlineData(17, 0.1), InlineData(70, 0.5)]
    public void A_square_is_weighed_in_both_directions_at_once(int size, double gamma) => Live.Balanced(() =>
    {
        using var generator = new Generator(7);
        Tensor scores = rand(size, size, generator: generator) * 2 - 1, mask = (rand(size, size, generator: generator) < 0.1).logical_or(eye(size) > 0);
        var found = ExponentialWeights.OfSquare(scores, mask, 90, gamma);
        if (found is null) Assert.Skip("this torch has no such kernel");
        var left = scores.@double().masked_fill(mask, double.NegativeInfinity);
        Tensor rows = ExponentialWeights.Plain(left, 90, gamma), columns = ExponentialWeights.Plain(left.T, 90, gamma);
        Assert.True((found.Both - (rows + columns.T)).abs().max().item<double>() < 1e-4);
        Assert.Equal(0, found.Both.masked_select(mask).abs().sum().item<float>());
        Assert.Equal((Violations(left) + Violations(left.T)) / 2, found.Violations, 6);
        Assert.Equal((Effective(rows) + Effective(columns)) / 2, found.Effective, 2e-3);

        double Violations(Tensor all)
        {
            var hardest = all.amax([1]);
            var any = hardest > double.NegativeInfinity;
            return (hardest >= scores.diagonal()).logical_and(any).sum().item<long>() / (double)Math.Max(1, any.sum().item<long>());
        }
        double Effective(Tensor weights)
        {
            var total = weights.sum(1);
            var each = total.square() / weights.square().sum(1).clamp(min: 1e-30);
            return each.sum().item<double>() / Math.Max(1, (total > 0).sum().item<long>());
        }
    });

    [Fact]
    public void A_square_keeps_what_is_no_number_and_leaves_other_types_to_the_caller() => Live.Balanced(() =>
    {
        Tensor scores = eye(3), mask = eye(3) > 0;
        Assert.Null(ExponentialWeights.OfSquare(scores.to(ScalarType.Float64), mask, 90, 0.5));
        Assert.Null(ExponentialWeights.OfSquare(scores.narrow(0, 0, 2), mask.narrow(0, 0, 2), 90, 0.5));
        scores[0, 1] = tensor(float.NaN);
        if (ExponentialWeights.OfSquare(scores, mask, 90, 0.5) is not { } found) return;
        Assert.True(found.Both[0, 1].isnan().item<bool>());
        Assert.True(found.Both[2, 0].isfinite().item<bool>());
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
