using ITContrast.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Tests;

/// <summary>A test that makes tensors: it runs inside one dispose scope and ends with the live-tensor count where it began.</summary>
public abstract class TorchTest : IDisposable
{
    private readonly DisposeScope scope = NewDisposeScope();

    public void Dispose()
    {
        var left = scope.DisposablesView;
        scope.Dispose();
        if (TorchCapabilities.Current.Provider == "system") Assert.Equal(0, scope.DisposablesCount);
        Assert.All(left.OfType<Tensor>(), tensor => Assert.True(tensor.IsInvalid));
        GC.SuppressFinalize(this);
    }
}
