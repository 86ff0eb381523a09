using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Torch.Tests.Core;

public sealed partial class ScopeTests
{
    [Fact]
    public void Bytes_of_a_scope_count_a_shared_storage_once() => Live.Balanced(() =>
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor a = zeros(10, 10);
        Tensor view = a[0];
        Tensor other = zeros(5, dtype: ScalarType.Float64);
        Assert.Equal(new ScopeMemory(3, 440), TensorMemory.Of(scope));
        Assert.Equal(new ScopeMemory(3, 440), TensorMemory.OpenScopes()[0]);
        view.Dispose();
        other.Dispose();
        Assert.Equal(new ScopeMemory(1, 400), TensorMemory.Of(scope));
    });

    [Fact]
    public void A_lost_tensor_is_freed_by_a_thread_that_opens_or_closes_a_scope_and_counted_as_leaked()
    {
        long before = Live.Count();
        long leaked = TensorMemory.LeakedTensors;
        Lose();
        for (int i = 0; i < 20 && TensorMemory.LeakedTensors == leaked; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
        Assert.Equal(leaked + 1, TensorMemory.LeakedTensors);
        Assert.Equal(before + 1, Tensor.TotalCount);
        NewDisposeScope().Dispose();
        Assert.Equal(before, Tensor.TotalCount);

        [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
        static void Lose() => zeros(4);
    }

    // TorchSharp leaves the inner scopes as they are, and takes nothing but tensors and packed sequences into a scope.
    [Fact]
    public void Closing_an_outer_scope_closes_the_inner_ones() => Live.Balanced(() =>
    {
        DisposeScope outer = NewDisposeScope();
        Tensor a = ones(1);
        _ = NewDisposeScope();
        Tensor b = ones(1);
        outer.Dispose();
        outer.Dispose();
        Assert.True(a.IsInvalid && b.IsInvalid);
        using DisposeScope next = NewDisposeScope();
        Tensor c = ones(1);
        Assert.True(next.Contains(c));
    });

    [Fact]
    public void Other_disposables_go_with_the_scope()
    {
        Probe probe = new();
        using (DisposeScope scope = NewDisposeScope()) scope.Attach(probe);
        Assert.Equal(1, probe.Disposed);
    }

    private sealed class Probe : IDisposable
    {
        internal int Disposed { get; private set; }

        public void Dispose() => Disposed++;
    }
}
