using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Torch;

/// <summary>What tensors hold: counts and bytes.</summary>
public static class TensorMemory
{
    /// <summary>Tensors alive in the process.</summary>
    public static long LiveTensors => Tensor.TotalCount;

#if TORCH_SYSTEM
    /// <summary>Tensors that were lost outside every scope without being disposed; their memory is freed later, at a safe point.</summary>
    public static long LeakedTensors => LeakGuard.Leaked;

    /// <summary>The tensors of a scope and the bytes behind them, a storage that several share counted once.</summary>
    public static ScopeMemory Of(DisposeScope scope)
    {
        ArgumentNullException.ThrowIfNull(scope);
        return Of(scope.Tensors);
    }

    /// <summary>This thread's open scopes, the innermost first.</summary>
    public static IReadOnlyList<ScopeMemory> OpenScopes()
    {
        List<ScopeMemory> list = [];
        for (DisposeScope? scope = ScopeState.Current.Innermost; scope is not null; scope = scope.OuterScope) list.Add(Of(scope));
        return list;
    }

    /// <summary>Bytes behind some tensors, for example a model's parameters; a storage that several share counts once.</summary>
    public static unsafe ScopeMemory Of(IEnumerable<Tensor> tensors)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        HashSet<IntPtr> seen = [];
        int count = 0;
        long bytes = 0;
        foreach (Tensor tensor in tensors)
        {
            count++;
            long size;
            IntPtr storage = Native.itc_storage(tensor.Handle, &size);
            if (storage != IntPtr.Zero && seen.Add(storage)) bytes += size;
        }
        return new ScopeMemory(count, bytes);
    }
#else
    /// <summary>The tensors of a scope; TorchSharp does not tell which of them share memory, so each counts in full.</summary>
    public static ScopeMemory Of(IEnumerable<Tensor> tensors)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        int count = 0;
        long bytes = 0;
        foreach (Tensor tensor in tensors)
        {
            count++;
            bytes += tensor.NumberOfElements * tensor.ElementSize;
        }
        return new ScopeMemory(count, bytes);
    }
#endif
}

/// <summary>Tensors and the bytes behind them.</summary>
/// <param name="Tensors">How many there are.</param>
/// <param name="Bytes">Bytes of their storages.</param>
public readonly record struct ScopeMemory(int Tensors, long Bytes);
