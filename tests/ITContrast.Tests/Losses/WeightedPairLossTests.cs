using ITContrast.Losses;
using ITContrast.Negatives.Weighting;
using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Tests.Losses;

public sealed class WeightedPairLossTests
{
    // What a weighting finds of both directions at once is what it finds of each.
    [Theory, InlineData(1), InlineData(5), InlineData(40)]
    public void A_square_weighed_at_once_gives_the_loss_of_its_directions(int pairs)
    {
        var mask = eye(pairs) > 0;
        if (pairs > 4) mask[1, 3] = tensor(true);
        var plain = Plane.Random(pairs, 6, 1).to(ScalarType.Float32).requires_grad_();
        var found = plain.detach().clone().requires_grad_();
        var captions = (Plane.Random(pairs, 6, 2).to(ScalarType.Float32) + plain.detach()).div_(2);
        LossResult expected = Result(plain, new OneByOne(new LogSumExpWeighting(20, 0.2))), result = Result(found, new LogSumExpWeighting(20, 0.2));

        Assert.Equal(expected.Value.item<float>(), result.Value.item<float>(), 5);
        Assert.True((plain.grad! - found.grad!).abs().max().item<float>() < 1e-6);
        Assert.Equal(expected.Diagnostics.Keys.Order(), result.Diagnostics.Keys.Order());
        foreach (var (name, value) in expected.Diagnostics) Assert.Equal(value.ToDouble(), result.Diagnostics[name].ToDouble(), 1e-4);
        Assert.Equal(expected.Collapse!.Plateau.ToDouble(), result.Collapse!.Plateau.ToDouble(), 6);

        LossResult Result(Tensor images, IPairWeighting weighting)
        {
            var one = new WeightedPairLoss(weighting).Compute(Scores.Of(images, captions, mask));
            one.Value.backward();
            return one;
        }
    }

    /// <summary>A weighting that keeps its quick ways to itself.</summary>
    private sealed class OneByOne(IPairWeighting inner) : IPairWeighting
    {
        public string Name => inner.Name;

        public PairWeights Weigh(Tensor negatives, Tensor positives) => inner.Weigh(negatives, positives);
    }
}
