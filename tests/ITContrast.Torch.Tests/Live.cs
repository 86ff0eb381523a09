using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Torch.Tests;

/// <summary>Runs a test's body in a dispose scope and checks that no tensor outlives it.</summary>
internal static class Live
{
    public static void Balanced(Action body)
    {
        var before = Count();
        using (NewDisposeScope()) body();
        // TorchSharp's packages keep tensors of their own past every scope (a parameter's gradient, an optimiser's state) until they are collected.
        if (TorchCapabilities.Current.Provider == "system") Assert.InRange(Tensor.TotalCount, 0, before);
    }

    /// <summary>Live tensors once what earlier tests lost has been freed, so that none of it is freed while a test counts.</summary>
    public static long Count()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        // A scope's end frees what finalizers handed in.
        using (NewDisposeScope()) { }
        return Tensor.TotalCount;
    }

    public static void Close(Tensor expected, Tensor actual, double relative = 1e-6, string what = "")
    {
        Assert.Equal(expected.shape, actual.shape);
        using var scope = NewDisposeScope();
        var e = expected.detach().to(ScalarType.Float64);
        var error = (actual.detach().to(ScalarType.Float64) - e).abs().max().item<double>();
        var scale = Math.Max(1e-6, e.abs().max().item<double>());
        Assert.True(error <= relative * scale, $"{what}: differs by {error:g3}, {error / scale:g3} of the largest value.");
    }

    public static void SameBits(Tensor expected, Tensor actual)
    {
        Assert.Equal(expected.shape, actual.shape);
        Assert.True(expected.detach().eq(actual.detach()).all().item<bool>(), "the tensors differ");
    }
}
