using ITContrast.Losses;
using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Tests.Losses;

/// <summary>HAL's global weights against naive loops over the formula of its code, with a bank of its own.</summary>
public class HalGlobalTests : TorchTest
{
    private const int B = 4, K = 7, D = 3;
    private static readonly HalGlobalOptions Options = new() { Alpha = 10, Epsilon = 0.2, Sharpness = 5, NegativeShift = 0.1, Hardest = 3 };

    private static Tensor Mask()
    {
        var mask = eye(B, dtype: ScalarType.Bool);
        (mask[0, 2], mask[2, 0]) = (tensor(true), tensor(true));
        return mask;
    }

    private static Scores Batch(Tensor? v = null, Tensor? t = null) => Scores.Of(v ?? Plane.Random(B, D, 1), t ?? Plane.Random(B, D, 2), Mask());

    private static (Tensor Captions, Tensor Images) Bank()
    {
        var (captions, images) = (Plane.Random(B, D, 1).matmul(Plane.Random(K, D, 5).T), Plane.Random(B, D, 2).matmul(Plane.Random(K, D, 6).T));
        captions[1, 4] = tensor(double.NegativeInfinity);
        return (captions, images);
    }

    private static double[] Row(Tensor table, int i) => table[i].data<double>().ToArray();

    private static double Crowd(Tensor bank, int i) => Row(bank, i).OrderDescending().Take(3).Sum(s => Math.Exp(5 * s));

    private static double Weight(Scores s, (Tensor Captions, Tensor Images) bank, int i, int j)
    {
        var crowd = (Crowd(bank.Captions, i) + Crowd(bank.Images, j)) * Math.Exp(-0.1);
        return crowd / (crowd + Math.Exp(5 * s.Matrix[i, i].item<double>()) + Math.Exp(5 * s.Matrix[j, j].item<double>()));
    }

    private static double Pull(Scores s, (Tensor Captions, Tensor Images) bank, int i)
    {
        // With ε₊ in every term, as the source writes it.
        var own = Math.Exp(5 * (s.Matrix[i, i].item<double>() - 0.2));
        return 1 - own / (own + (Crowd(bank.Captions, i) + Crowd(bank.Images, i)) * Math.Exp(-5 * 0.2));
    }

    private static double Naive(Scores s, (Tensor Captions, Tensor Images) bank)
    {
        var total = 0.0;
        for (var i = 0; i < B; i++)
        {
            // The diagonal's weight is 0, so that it adds e⁰.
            var (row, column) = (2.0, 2.0);
            for (var j = 0; j < B; j++)
            {
                if (s.Mask[i, j].item<bool>()) continue;
                row += Math.Exp(10 * Weight(s, bank, i, j) * (s.Matrix[i, j].item<double>() - 0.2));
                column += Math.Exp(10 * Weight(s, bank, j, i) * (s.Matrix[j, i].item<double>() - 0.2));
            }
            total += Math.Log(row) / 10 + Math.Log(column) / 10 - Math.Log(1 + Math.Max(0, Pull(s, bank, i) * s.Matrix[i, i].item<double>()));
        }
        return total / B;
    }

    [Fact]
    public void The_loss_is_that_of_the_published_loops()
    {
        var bank = Bank();
        Assert.Equal(Naive(Batch(), bank), new HalGlobal(Options).Compute(Batch(), bank.Captions, bank.Images).Value.item<double>(), 10);
    }

    [Fact]
    public void Its_gradient_holds_the_weights_fixed()
    {
        var bank = Bank();
        var (negatives, positives) = new HalGlobal(Options).Weights(Batch().Matrix.diagonal(), bank.Captions, bank.Images);
        Tensor Fixed(Tensor[] x)
        {
            var s = Batch(x[0], x[1]);
            Tensor Push(Tensor scores, Tensor weights, Tensor mask) =>
                (((scores - 0.2) * weights * 10).exp().masked_fill(mask, 0.0).sum(1) + 2).log().mean() / 10;
            return Push(s.Matrix, negatives, s.Mask) + Push(s.Matrix.T, negatives.T, s.Mask.T) - ((s.Matrix.diagonal() * positives).relu() + 1).log().mean();
        }
        var (v, t) = (Plane.Random(B, D, 1).requires_grad_(), Plane.Random(B, D, 2).requires_grad_());
        var found = autograd.grad([new HalGlobal(Options).Compute(Batch(v, t), bank.Captions, bank.Images).Value], [v, t]);
        var expected = autograd.grad([Fixed([v, t])], [v, t]);
        for (var i = 0; i < 2; i++) Assert.True((found[i] - expected[i]).abs().max().item<double>() < 1e-12);
        Gradients.ShouldMatch(Fixed, Plane.Random(B, D, 1), Plane.Random(B, D, 2));
    }

    [Fact]
    public void Permuting_the_batch_changes_nothing()
    {
        var (bank, order) = (Bank(), tensor(new long[] { 2, 0, 3, 1 }));
        Tensor Moved(Tensor x) => x.index_select(0, order);
        var moved = Scores.Of(Moved(Plane.Random(B, D, 1)), Moved(Plane.Random(B, D, 2)), Moved(Mask()).index_select(1, order));
        Assert.Equal(new HalGlobal(Options).Compute(Batch(), bank.Captions, bank.Images).Value.item<double>(),
            new HalGlobal(Options).Compute(moved, Moved(bank.Captions), Moved(bank.Images)).Value.item<double>(), 12);
    }

    [Fact]
    public void An_empty_bank_weighs_nothing()
    {
        var empty = full([B, K], double.NegativeInfinity, dtype: ScalarType.Float64);
        var (negatives, positives) = new HalGlobal(Options).Weights(Batch().Matrix.diagonal(), empty, empty);
        Assert.Equal(0, negatives.abs().max().item<double>());
        Assert.Equal(0, positives.abs().max().item<double>());
    }

    [Fact]
    public void A_value_that_is_no_number_makes_the_loss_none()
    {
        var (bank, broken) = (Bank(), Plane.Random(B, D, 1));
        broken[2, 1] = tensor(double.NaN);
        Assert.True(double.IsNaN(new HalGlobal(Options).Compute(Batch(broken), bank.Captions, bank.Images).Value.item<double>()));
    }

    [Theory, InlineData(0.0, 3), InlineData(10.0, 0)]
    public void Options_out_of_range_are_refused(double alpha, int hardest) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new HalGlobal(new() { Alpha = alpha, Hardest = hardest }));
}
