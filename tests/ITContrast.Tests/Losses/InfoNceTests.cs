using ITContrast.Losses;
using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Tests.Losses;

/// <summary>InfoNCE with several positives against a double loop over its formula, with and without synthesised negatives.</summary>
public class InfoNceTests : TorchTest
{
    private const int B = 6;
    private const double Tau = 0.2;

    private static Scores Batch(Tensor? matrix = null)
    {
        Tensor mask = eye(B, dtype: ScalarType.Bool);
        mask[1, 4] = tensor(true);
        mask[4, 1] = tensor(true);
        Scores scores = Scores.Of(Plane.Random(B, 5, 1), Plane.Random(B, 5, 2), mask);
        return matrix is null ? scores : scores with { Matrix = matrix };
    }

    private static double Naive(Scores scores, SameGroup same, double[,]? images, double[,]? captions, double lambda)
    {
        double total = 0;
        foreach (bool transposed in new[] { false, true })
            for (int i = 0; i < B; i++)
            {
                double S(int j) => (transposed ? scores.Matrix[j, i] : scores.Matrix[i, j]).item<double>();
                bool Same(int j) => (transposed ? scores.Mask[j, i] : scores.Mask[i, j]).item<bool>();
                int[] positives = [.. Enumerable.Range(0, B).Where(j => same == SameGroup.Positives ? Same(j) : j == i)];
                double z = Enumerable.Range(0, B).Where(j => j == i || same == SameGroup.Positives || !Same(j)).Sum(j => Math.Exp(S(j) / Tau));
                if ((transposed ? captions : images) is { } extra)
                    for (int m = 0; m < extra.GetLength(1); m++) z += lambda * Math.Exp(extra[i, m] / Tau);
                total -= positives.Average(p => Math.Log(Math.Exp(S(p) / Tau) / z)) / B / 2;
            }
        return total;
    }

    [Theory, InlineData(SameGroup.Positives), InlineData(SameGroup.Masked)]
    public void It_is_the_double_loop(SameGroup same)
    {
        using Temperature temperature = new(Tau);
        Scores scores = Batch();
        Assert.Equal(Naive(scores, same, null, null, 1), new InfoNce(temperature, new() { SameGroup = same }).Compute(scores).Value.item<double>(), 5);
    }

    [Fact]
    public void Synthesised_negatives_join_the_denominator_with_their_weight()
    {
        using Temperature temperature = new(Tau);
        Scores scores = Batch();
        double[,] images = new double[B, 2], captions = new double[B, 2];
        for (int i = 0; i < B; i++) (images[i, 0], images[i, 1], captions[i, 0], captions[i, 1]) = (0.1 * i, double.NegativeInfinity, -0.2, 0.3 - 0.05 * i);
        SyntheticScores synthetic = new(tensor(images.Cast<double>().ToArray()).view(B, 2), tensor(captions.Cast<double>().ToArray()).view(B, 2));
        double Value(double lambda) => new InfoNce(temperature, new() { SyntheticWeight = lambda }).Compute(scores, synthetic).Value.item<double>();
        Assert.Equal(Naive(scores, SameGroup.Positives, images, captions, 0.7), Value(0.7), 5);
        Assert.Equal(Naive(scores, SameGroup.Positives, null, null, 1), Value(0), 5);
        Assert.True(Value(1) > Value(0.1));
    }

    [Theory, InlineData(SameGroup.Positives), InlineData(SameGroup.Masked)]
    public void Its_gradient_is_that_of_finite_differences(SameGroup same)
    {
        using Temperature temperature = new(Tau, learned: false);
        temperature.to(ScalarType.Float64);
        InfoNce loss = new(temperature, new() { SameGroup = same });
        Gradients.ShouldMatch(inputs => loss.Compute(Batch(inputs[0])).Value, Batch().Matrix);
    }

    [Fact]
    public void Its_temperature_learns_and_stays_above_its_bound()
    {
        using Temperature temperature = new(0.01);
        Assert.Equal(0.01, temperature.Value, 6);
        Assert.Throws<ArgumentOutOfRangeException>(() => new Temperature(0));
        using Temperature free = new(Tau);
        new InfoNce(free).Compute(Batch()).Value.backward();
        Assert.NotEqual(0, free.parameters().Single().grad!.ToDouble());
        free.zero_grad();
    }

    [Fact]
    public void Scores_of_another_shape_are_refused()
    {
        using Temperature temperature = new();
        Assert.Throws<ShapeException>(() => new InfoNce(temperature).Compute(Batch(), new(zeros(B + 1, 2), zeros(B, 2))));
        Assert.Throws<ArgumentOutOfRangeException>(() => new InfoNceOptions { SyntheticWeight = -1 });
    }
}
