using System.Collections.Concurrent;
using ITContrast.Torch;

namespace TorchSharp;

/// <summary>
/// Watches over a tensor that is in no scope. When its user loses it, the finalizer thread only queues the handle, since freeing while
/// operators run on other threads has corrupted heaps; the thread that made the tensor frees it the next time it opens or closes a scope or
/// makes a tensor outside one, any thread does where that one has ended, and it is counted as leaked.
/// </summary>
internal sealed class LeakGuard
{
    private static readonly ConcurrentQueue<IntPtr> s_orphans = new();
    private static long s_leaked;

    private readonly ScopeState _maker;
    private IntPtr _handle;

    internal LeakGuard(torch.Tensor tensor, ScopeState maker)
    {
        _handle = tensor.Handle;
        _maker = maker;
    }

    ~LeakGuard()
    {
        if (_handle == IntPtr.Zero) return;
        (_maker.Thread.IsAlive ? _maker.Lost : s_orphans).Enqueue(_handle);
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

    /// <summary>Frees what the calling thread lost, and what ended threads left.</summary>
    internal static void Collect(ScopeState state)
    {
        Free(state.Lost);
        Free(s_orphans);
    }

    /// <summary>Takes over what a thread had not freed when it ended.</summary>
    internal static void Adopt(ConcurrentQueue<IntPtr> lost)
    {
        while (lost.TryDequeue(out IntPtr handle)) s_orphans.Enqueue(handle);
    }

    private static void Free(ConcurrentQueue<IntPtr> lost)
    {
        while (!lost.IsEmpty && lost.TryDequeue(out IntPtr handle))
        {
            torch.Tensor.CountDown();
            Native.itc_free(handle);
        }
    }
}
