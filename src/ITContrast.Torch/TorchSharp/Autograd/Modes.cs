using ITContrast.Torch;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>No graph is recorded until the returned object is disposed.</summary>
    public static IDisposable no_grad() => new GradMode(false);

    public static IDisposable enable_grad(bool enabled = true) => new GradMode(enabled);

    public static IDisposable set_grad_enabled(bool mode = true) => new GradMode(mode);

    public static bool is_grad_enabled() => Native.itc_grad_mode() != 0;

    /// <summary>As no_grad, and without version counters and view tracking; the tensors made in it can never enter a graph.</summary>
    public static IDisposable inference_mode(bool mode = true) => new InferenceMode(mode);

    public static bool is_inference_mode_enabled() => Native.itc_inference_mode() != 0;

    private sealed class GradMode : IDisposable
    {
        private readonly int _previous = Native.itc_grad_mode();
        private bool _disposed;

        internal GradMode(bool enabled) => Native.itc_set_grad_mode(enabled ? 1 : 0);

        public void Dispose()
        {
            if (_disposed) return;
            _disposed = true;
            Native.itc_set_grad_mode(_previous);
        }
    }

    private sealed class InferenceMode(bool enabled) : IDisposable
    {
        private IntPtr _guard = Native.itc_enter_inference(enabled ? 1 : 0);

        public void Dispose()
        {
            IntPtr guard = Interlocked.Exchange(ref _guard, IntPtr.Zero);
            if (guard != IntPtr.Zero) Native.itc_leave_inference(guard);
        }
    }
}
