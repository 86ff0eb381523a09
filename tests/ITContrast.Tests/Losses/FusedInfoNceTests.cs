using ITContrast.Losses;
using ITContrast.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Tests.Losses;

/// <summary>InfoNCE as one node of the graph against the same in libtorch's operators, in double precision.</summary>
public class FusedInfoNceTests : TorchTest
{
    private const int D = 5;

    private static bool Fused => TorchCapabilities.Current.Provider == "system";

    private sealed record Found(double Value, double Plateau, Dictionary<string, double> Diagnostics, Tensor[] Gradients);

    // Pairs below, at and above whole vectors of sixteen; the last anchor of many has no negative, and each twelfth negative could not be made.
    private static Found Step(int pairs, int made, HardNegativeLossOptions options, ScalarType dtype, bool composed, double spoiled = 0)
    {
        Tensor Leaf(Tensor x) => x.to(dtype).requires_grad_();
        Tensor images = Plane.Random(pairs, D, 1), captions = Plane.Random(pairs, D, 2);
        if (spoiled != 0) images[0, 0] = tensor(spoiled);
        (images, captions) = (Leaf(images), Leaf(captions));
        var mask = eye(pairs, dtype: ScalarType.Bool);
        if (pairs > 2) (mask[1, 2], mask[pairs - 1], mask[TensorIndex.Colon, pairs - 1]) = (tensor(true), tensor(true), tensor(true));
        Tensor Made(int seed)
        {
            var each = Math.Max(made, 1);
            return Leaf(Plane.Random(pairs, each, seed).masked_fill(arange(pairs * each).view(pairs, each) % 12 == 3, double.NegativeInfinity));
        }
        var (rows, columns) = (Made(3), Made(4));
        using HardNegativeLoss loss = new(options);
        Scores scores = Scores.Of(images, captions, mask);
        SyntheticScores? synthetic = made == 0 ? null : new(rows, columns);
        var result = composed ? loss.Composed(scores, synthetic) : loss.Compute(scores, synthetic);
        (result.Value * 3).backward();
        Tensor[] leaves = [images, captions, rows, columns, .. loss.parameters()];
        return new(
            result.Value.to(float64).item<double>(), result.Collapse!.Plateau.to(float64).item<double>(),
            result.Diagnostics.ToDictionary(d => d.Key, d => d.Value.to(float64).item<double>()),
            [.. leaves.Select(leaf => (leaf.grad ?? zeros_like(leaf)).to(float64))]);
    }

    [Theory]
    [InlineData(1, 0, 1, 0, 0.2, false), InlineData(6, 3, 1, 0, 0.2, true), InlineData(16, 4, 2.5, 0.1, 0.1, true), InlineData(37, 1, 0.5, 0, 0.05, true)]
    [InlineData(48, 0, 1, 0.3, 0.01, true), InlineData(37, 4, 1, 0.2, 0.07, false), InlineData(20, 3, 0, 0, 0.1, true), InlineData(6, 40, 1, 0, 10, true)]
    public void One_node_is_its_operators_in_values_and_gradients(int pairs, int made, double lambda, double margin, double temperature, bool learned)
    {
        HardNegativeLossOptions options = new() { Temperature = temperature, LearnTemperature = learned, Lambda = lambda, Margin = margin };
        var found = Step(pairs, made, options, ScalarType.Float32, composed: false);
        // A learned temperature is a float32 parameter: its operators' float64 is that of a fixed one's.
        var expected = Step(pairs, made, options, ScalarType.Float64, composed: true);
        double rounding = 4e-6 / temperature + 1e-6;
        Assert.Equal(expected.Value, found.Value, rounding);
        Assert.Equal(expected.Plateau, found.Plateau, 1e-5);
        Assert.Equal(expected.Diagnostics.Keys.Order(), found.Diagnostics.Keys.Order());
        foreach (var (name, value) in expected.Diagnostics) Assert.Equal(value, found.Diagnostics[name], (1 + Math.Abs(value)) * (rounding + 1e-5));
        foreach (var (one, other) in expected.Gradients.Zip(found.Gradients))
            Assert.True((one - other).abs().max().item<double>() < (1 + one.abs().max().item<double>()) * (rounding + 1e-6),
                $"{(one - other).abs().max().item<double>()} of {one.abs().max().item<double>()}");
        Assert.True(pairs == 1 || expected.Gradients[0].abs().max().item<double>() > 1e-3);
    }

    [Fact]
    public void It_is_taken_where_it_can_be()
    {
        Tensor mask = eye(4, dtype: ScalarType.Bool), scale = tensor(10f);
        bool Taken(Tensor matrix, Tensor? rows = null) => SquareContrast.Of(matrix, mask, rows, null, scale, 0, 1) is not null;
        var matrix = Plane.Random(4, 4, 1).to(ScalarType.Float32);
        Assert.Equal(Fused, Taken(matrix));
        Assert.Equal(Fused, Taken(matrix.T, matrix));
        Assert.False(Taken(matrix.to(ScalarType.Float64)));
        Assert.False(Taken(matrix.narrow(1, 0, 3)));
        Assert.False(Taken(matrix, matrix.narrow(0, 0, 3)));
    }

    // What is no number must reach the trainer, which stops there; so must what is infinite.
    [Theory, InlineData(double.NaN), InlineData(double.PositiveInfinity)]
    public void What_is_not_finite_makes_the_loss_so(double spoiled) =>
        Assert.False(double.IsFinite(Step(20, 4, new(), ScalarType.Float32, composed: false, spoiled).Value));

    [Fact]
    public void A_pair_that_is_masked_may_be_no_number()
    {
        Tensor matrix = Plane.Random(20, 20, 1).to(ScalarType.Float32), mask = eye(20, dtype: ScalarType.Bool);
        double Value()
        {
            using HardNegativeLoss loss = new(new());
            return loss.Compute(Scores.OfMatrix(matrix, mask)).Value.item<float>();
        }
        mask[3, 17] = tensor(true);
        var known = Value();
        matrix[3, 17] = tensor(float.NaN);
        Assert.Equal(known, Value());
        mask[3, 17] = tensor(false);
        Assert.True(double.IsNaN(Value()));
    }

    [Fact]
    public void Further_negatives_of_other_anchors_are_refused()
    {
        using HardNegativeLoss loss = new(new());
        Tensor Rows(int count, int seed) => Plane.Random(count, D, seed).to(ScalarType.Float32);
        Assert.ThrowsAny<Exception>(() => loss.Compute(Scores.Of(Rows(4, 1), Rows(4, 2), eye(4, dtype: ScalarType.Bool)), new(Rows(3, 3), Rows(4, 4))));
    }
}
