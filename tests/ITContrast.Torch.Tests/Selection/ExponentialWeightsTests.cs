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
}
