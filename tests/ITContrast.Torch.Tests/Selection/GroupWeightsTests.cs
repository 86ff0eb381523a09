using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Torch.Tests.Selection;

public class GroupWeightsTests
{
    // Members are missing one by one and in whole groups.
    [Theory, InlineData(1, 1, 1, 0.07), InlineData(70, 4, 8, 0.07), InlineData(5, 1, 200, 1e-3), InlineData(9, 7, 3, 1e9)]
    public void Weights_are_a_softmax_of_the_members(int rows, int groups, int members, double temperature) => Live.Balanced(() =>
    {
        using var generator = new Generator(2);
        var missing = (rand(rows, groups, members, generator: generator) < 0.2).logical_or(rand(rows, groups, 1, generator: generator) < 0.2);
        var scores = (rand(rows, groups, members, generator: generator) * 2 - 1).masked_fill(missing, double.NegativeInfinity);
        var (weights, valid) = GroupWeights.Of(scores, temperature);
        float[] s = scores.data<float>().ToArray(), found = weights.data<float>().ToArray();
        for (int g = 0; g < rows * groups; g++)
        {
            double[] own = [.. s.AsSpan(g * members, members).ToArray().Select(x => (double)x)];
            double[] powers = [.. own.Select(x => x > double.NegativeInfinity ? Math.Exp((x - own.Max()) / temperature) : 0)];
            Assert.Equal(own.Max() > double.NegativeInfinity, valid.flatten()[g].item<bool>());
            // An exponent of s/τ in single precision is off by its last digit.
            for (int k = 0; k < members; k++)
                Assert.Equal(powers[k] == 0 ? 0 : powers[k] / powers.Sum(), found[g * members + k], 4e-7 * (1 / temperature + 8));
        }
        var (plain, plainValid) = GroupWeights.Plain(scores.to(ScalarType.Float64), temperature);
        Assert.True((plain - weights).abs().max().item<double>() < 4e-7 * (1 / temperature + 8));
        Live.SameBits(plainValid, valid);
    });

    [Fact]
    public void What_is_no_number_makes_its_group_none() => Live.Balanced(() =>
    {
        var scores = tensor(new[] { 0.1f, float.NaN, 0.3f, float.NegativeInfinity, 0.2f, 0.3f }).view(1, 2, 3);
        foreach (var (weights, valid) in new[] { GroupWeights.Of(scores), GroupWeights.Plain(scores, 1) })
        {
            float[] found = weights.data<float>().ToArray();
            Assert.All(found[..3], w => Assert.True(float.IsNaN(w)));
            Assert.Equal(0, found[3]);
            Assert.All(found[4..], w => Assert.InRange(w, 0.4f, 0.6f));
            Assert.True(valid.all().item<bool>());
        }
    });

    [Fact]
    public void Weights_that_learn_have_the_gradient_of_a_softmax() => Live.Balanced(() =>
    {
        using var generator = new Generator(3);
        var scores = rand(2, 2, 3, generator: generator).requires_grad_();
        var factors = rand(2, 2, 3, generator: generator);
        var found = autograd.grad([(GroupWeights.Of(scores, 0.5).Weights * factors).sum()], [scores])[0];
        var expected = autograd.grad([((scores / 0.5).softmax(2) * factors).sum()], [scores])[0];
        Assert.True((found - expected).abs().max().item<float>() < 1e-6);
    });
}
