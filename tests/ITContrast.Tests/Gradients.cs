using static TorchSharp.torch;

namespace ITContrast.Tests;

/// <summary>Central finite differences in float64: the oracle of every gradient.</summary>
internal static class Gradients
{
    /// <summary>Asserts that autograd's gradients of a scalar function equal finite differences, entry by entry.</summary>
    public static void ShouldMatch(Func<Tensor[], Tensor> function, params Tensor[] inputs)
    {
        var leaves = inputs.Select(x => x.detach().clone().requires_grad_()).ToArray();
        var analytic = autograd.grad([function(leaves)], leaves);
        for (var k = 0; k < inputs.Length; k++)
        {
            var numeric = Numeric(function, inputs, k);
            var found = analytic[k].data<double>().ToArray();
            for (var i = 0; i < numeric.Length; i++)
                Assert.True(
                    Math.Abs(numeric[i] - found[i]) <= 1e-6 + 1e-5 * Math.Abs(numeric[i]),
                    $"input {k}, entry {i}: autograd {found[i]:R}, finite difference {numeric[i]:R}");
        }
    }

    private static double[] Numeric(Func<Tensor[], Tensor> function, Tensor[] inputs, int k)
    {
        const double h = 1e-6;
        using var _ = no_grad();
        var values = inputs[k].detach().data<double>().ToArray();
        double At(int i, double value)
        {
            var moved = (double[])values.Clone();
            moved[i] = value;
            var changed = inputs.ToArray();
            changed[k] = tensor(moved, inputs[k].shape);
            return function(changed).item<double>();
        }
        return values.Select((v, i) => (At(i, v + h) - At(i, v - h)) / (2 * h)).ToArray();
    }
}
