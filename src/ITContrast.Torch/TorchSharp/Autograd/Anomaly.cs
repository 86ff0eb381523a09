using ITContrast.Torch;

namespace TorchSharp;

public static partial class torch
{
    public static partial class autograd
    {
        /// <summary>
        /// Until the returned object is disposed, a backward pass that meets a NaN fails and names the operator, and errors say which forward
        /// call they belong to. Slow: for finding a fault.
        /// </summary>
        public static IDisposable detect_anomaly(bool check_nan = true) => new Anomaly(true, check_nan);

        public static IDisposable set_detect_anomaly(bool mode, bool check_nan = true) => new Anomaly(mode, check_nan);

        private sealed class Anomaly : IDisposable
        {
            private readonly int _previous = Native.itc_anomaly();
            private bool _disposed;

            internal Anomaly(bool enabled, bool checkNan) => Native.itc_set_anomaly(enabled ? 1 : 0, checkNan ? 1 : 0);

            public void Dispose()
            {
                if (_disposed) return;
                _disposed = true;
                Native.itc_set_anomaly(_previous & 1, _previous >> 1);
            }
        }
    }
}
