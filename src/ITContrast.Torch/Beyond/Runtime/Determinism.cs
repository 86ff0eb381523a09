namespace ITContrast.Torch;

/// <summary>
/// Until disposed, operators that have a deterministic form use it and those that have none fail by name. Without it, the backward pass of
/// <c>T[index]</c> adds in an order that differs from run to run; <c>index_select</c> and <c>embedding</c> do not need it on the CPU.
/// The switch is the process's, not the thread's.
/// </summary>
public sealed class Determinism : IDisposable
{
#if TORCH_SYSTEM
    private readonly int _previous = Native.itc_deterministic();
    private bool _disposed;

    /// <param name="enabled">On or off.</param>
    /// <param name="warnOnly">Operators without a deterministic form warn instead of failing.</param>
    public Determinism(bool enabled = true, bool warnOnly = false) => Native.itc_set_deterministic(enabled ? 1 : 0, warnOnly ? 1 : 0);

    /// <summary>Whether it is on.</summary>
    public static bool IsOn => (Native.itc_deterministic() & 1) != 0;

    /// <summary>Sets what was set before.</summary>
    public void Dispose()
    {
        if (_disposed) return;
        _disposed = true;
        Native.itc_set_deterministic(_previous & 1, _previous >> 1);
    }
#else
    /// <param name="enabled">On is refused.</param>
    /// <param name="warnOnly">Ignored.</param>
    /// <exception cref="PlatformNotSupportedException">TorchSharp's packages have no such switch.</exception>
    public Determinism(bool enabled = true, bool warnOnly = false)
    {
        if (enabled)
            throw new PlatformNotSupportedException(
                "TorchSharp's packages cannot switch deterministic algorithms on: ask TorchCapabilities.Current.Determinism first.");
    }

    /// <summary>Always off.</summary>
    public static bool IsOn => false;

    /// <summary>Nothing to undo.</summary>
    public void Dispose() { }
#endif
}
