using ITContrast.Losses;
using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Tests.Losses;

/// <summary>Sinkhorn-normalised contrast against a naive loop, and what normalisation promises.</summary>
public class NormalisedLossTests : TorchTest
{
    private const int B = 5;
    private const double Tau = 0.2;

    private static Scores Batch(Tensor? mask = null) => Scores.Of(Plane.Random(B, 3, 1), Plane.Random(B, 3, 2), mask ?? eye(B, dtype: ScalarType.Bool));

    private static Tensor Pair(int i, int j)
    {
        var mask = eye(B, dtype: ScalarType.Bool);
        (mask[i, j], mask[j, i]) = (tensor(true), tensor(true));
        return mask;
    }

    // Scaling of e^{S/τ} in the probability domain, columns then rows.
    private static (double[] A, double[] B) Naive(Scores scores, int rounds)
    {
        var (a, b) = (Enumerable.Repeat(1.0, B).ToArray(), new double[B]);
        double P(int i, int j) => i != j && scores.Mask[i, j].item<bool>() ? 0 : Math.Exp(scores.Matrix[i, j].item<double>() / Tau);
        for (var round = 0; round < rounds; round++)
        {
            for (var j = 0; j < B; j++) b[j] = 1 / Enumerable.Range(0, B).Sum(i => P(i, j) * a[i]);
            for (var i = 0; i < B; i++) a[i] = 1 / Enumerable.Range(0, B).Sum(j => P(i, j) * b[j]);
        }
        return (a, b);
    }

    [Theory, InlineData(1, false), InlineData(4, false), InlineData(3, true)]
    public void Biases_are_those_of_the_naive_scaling(int rounds, bool masked)
    {
        var scores = Batch(masked ? Pair(1, 3) : null);
        using var loss = new NormalisedLoss(new ConVse(Tau), new() { Temperature = Tau, Iterations = rounds });
        var (images, captions, _) = loss.Biases(scores);
        var (a, b) = Naive(scores, rounds);
        for (var i = 0; i < B; i++)
        {
            Assert.Equal(Tau * Math.Log(a[i]), images[i].item<double>(), 10);
            Assert.Equal(Tau * Math.Log(b[i]), captions[i].item<double>(), 10);
        }
    }

    [Fact]
    public void Every_item_is_retrieved_with_probability_one_in_all()
    {
        var scores = Batch();
        using var loss = new NormalisedLoss(new ConVse(Tau), new() { Temperature = Tau, Iterations = 200 });
        var (images, captions, error) = loss.Biases(scores);
        var plan = ((scores.Matrix + images.unsqueeze(1) + captions.unsqueeze(0)) / Tau).exp();
        for (var side = 0; side < 2; side++) Assert.All(plan.sum(side).data<double>().ToArray(), total => Assert.Equal(1, total, 6));
        var plain = (scores.Matrix / Tau).softmax(1).sum(dim: 0);
        Assert.Equal((plain - 1).abs().mean().item<double>(), error.item<double>(), 12);
    }

    [Fact]
    public void The_inner_loss_sees_the_adjusted_scores_and_biases_pass_no_gradient()
    {
        var (v, t) = (Plane.Random(B, 3, 1).requires_grad_(), Plane.Random(B, 3, 2).requires_grad_());
        var own = eye(B, dtype: ScalarType.Bool);
        using var loss = new NormalisedLoss(new ConVse(Tau), new() { Temperature = Tau, Iterations = 2 });
        var (images, captions, _) = loss.Biases(Scores.Of(v, t, own));
        var fixedBias = images.unsqueeze(1) + captions.unsqueeze(0);
        var plain = Scores.Of(v, t, own);
        var expected = new ConVse(Tau).Compute(plain with { Matrix = plain.Matrix + fixedBias }).Value;
        var found = loss.Compute(Scores.Of(v, t, own)).Value;
        Assert.Equal(expected.item<double>(), found.item<double>(), 12);
        var (left, right) = (autograd.grad([expected], [v, t]), autograd.grad([found], [v, t]));
        for (var i = 0; i < 2; i++) Assert.True((left[i] - right[i]).abs().max().item<double>() < 1e-12);
    }

    // A score that is raised for one caption everywhere (a hub) is taken back: the loss is the one without the hub.
    [Fact]
    public void A_hub_is_normalised_away()
    {
        var scores = Batch();
        var raised = scores with { Matrix = scores.Matrix + tensor([0, 2.0, 0, 0, 0]).unsqueeze(0) };
        using var loss = new NormalisedLoss(new ConVse(Tau), new() { Temperature = Tau, Iterations = 300 });
        Assert.Equal(loss.Compute(scores).Value.item<double>(), loss.Compute(raised).Value.item<double>(), 6);
        Assert.True(Math.Abs(new ConVse(Tau).Compute(scores).Value.item<double>() - new ConVse(Tau).Compute(raised).Value.item<double>()) > 0.05);
    }

    [Fact]
    public void Synthesised_negatives_carry_their_anchors_bias()
    {
        var scores = Batch();
        var synthetic = new SyntheticScores(Plane.Random(B, 2, 8), Plane.Random(B, 2, 9));
        using var inner = new HardNegativeLoss(new() { Temperature = Tau });
        using var loss = new NormalisedLoss(inner, new() { Temperature = Tau });
        var (images, captions, _) = loss.Biases(scores);
        var expected = inner.Compute(scores with { Matrix = scores.Matrix + images.unsqueeze(1) + captions.unsqueeze(0) },
            new(synthetic.ImageAnchors + images.unsqueeze(1), synthetic.CaptionAnchors + captions.unsqueeze(1)));
        Assert.Equal(expected.Value.item<double>(), loss.Compute(scores, synthetic).Value.item<double>(), 12);
    }

    [Theory, InlineData(0.0, 4), InlineData(0.1, 0), InlineData(double.NaN, 4)]
    public void Options_out_of_range_are_refused(double temperature, int iterations) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new NormalisedLoss(new ConVse(), new() { Temperature = temperature, Iterations = iterations }));
}
