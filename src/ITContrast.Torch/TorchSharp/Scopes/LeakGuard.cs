using System.Collections.Concurrent;
using ITContrast.Torch;

namespace TorchSharp;

/// <summary>
/// Watches over a tensor that is in no scope. When its user loses it, the finalizer thread only queues the handle, since freeing while
/// operators run on other threads has corrupted heaps; a thread that opens, closes or disposes frees it, and it is counted as leaked.
/// </summary>
internal sealed class LeakGuard
{
    private static readonly ConcurrentQueue<IntPtr> s_lost = new();
    private static long s_leaked;

    private IntPtr _handle;

    internal LeakGuard(torch.Tensor tensor) => _handle = tensor.Handle;

    ~LeakGuard()
    {
        if (_handle == IntPtr.Zero) return;
        s_lost.Enqueue(_handle);
        Interlocked.Increment(ref s_leaked);
    }

    /// <summary>Tensors lost without being disposed, since the process began.</summary>
    internal static long Leaked => Interlocked.Read(ref s_leaked);

    /// <summary>The tensor is safe: disposed, or taken over by a scope.</summary>
    internal void Release()
    {
        _handle = IntPtr.Zero;
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees what was lost, on the calling thread.</summary>
    internal static void Collect()
    {
        while (!s_lost.IsEmpty && s_lost.TryDequeue(out IntPtr handle))
        {
            torch.Tensor.CountDown();
            Native.itc_free(handle);
        }
    }
}
