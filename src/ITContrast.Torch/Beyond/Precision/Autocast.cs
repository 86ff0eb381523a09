using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Torch;

/// <summary>
/// Until disposed, this thread's matrix products and convolutions run in a narrow type, and what needs the range (softmax, losses, norms) in
/// float32, as libtorch's own lists say; master weights stay as they are. Belongs around the forward pass and the loss, not around backward.
/// <code>
///   using (new Autocast(DeviceType.CPU)) loss = model.call(x);
///   loss.backward();
/// </code>
/// </summary>
public sealed class Autocast : IDisposable
{
#if TORCH_SYSTEM
    private readonly int _device;
    private readonly int _enabled;
    private readonly int _dtype;
    private readonly int _cache;
    private bool _disposed;

    /// <param name="device">CPU or CUDA; the other one is left as it is.</param>
    /// <param name="dtype">bfloat16 on the CPU; bfloat16 (the default) or float16, with a <see cref="GradScaler"/>, on CUDA.</param>
    /// <param name="enabled">False switches it off for an inner part.</param>
    /// <param name="cache">
    /// Whether cast copies of weights are kept until the outermost one ends. False for a part without gradients whose weights are used with gradients
    /// in the same scope: a kept copy has no graph, and the weight would get no gradient.
    /// </param>
    /// <exception cref="ArgumentException">The device has no autocast, or the type is not a narrow one that it takes.</exception>
    public unsafe Autocast(DeviceType device = DeviceType.CPU, ScalarType? dtype = null, bool enabled = true, bool cache = true)
    {
        if (device is not (DeviceType.CPU or DeviceType.CUDA))
            throw new ArgumentException($"autocast works on CPU and CUDA, got {device}.", nameof(device));
        ScalarType type = dtype ?? ScalarType.BFloat16;
        if (type != ScalarType.BFloat16 && (type != ScalarType.Float16 || device == DeviceType.CPU))
            throw new ArgumentException(
                $"autocast on {device} takes {(device == DeviceType.CPU ? "bfloat16" : "bfloat16 or float16")}, got {type}.", nameof(dtype));
        _device = (int)device;
        int previousType, previousCache;
        _enabled = Native.itc_autocast(_device, &previousType, &previousCache);
        (_dtype, _cache) = (previousType, previousCache);
        Native.Check(Native.itc_set_autocast(_device, enabled ? 1 : 0, (int)type, cache ? 1 : 0), "autocast");
        Native.itc_autocast_nest(1);
    }

    /// <summary>Whether it is on in this thread.</summary>
    public static unsafe bool IsOn(DeviceType device = DeviceType.CPU)
    {
        int dtype, cache;
        return Native.itc_autocast((int)device, &dtype, &cache) != 0;
    }

    /// <summary>The narrow type in use in this thread; null where it is off.</summary>
    public static unsafe ScalarType? TypeInUse(DeviceType device = DeviceType.CPU)
    {
        int dtype, cache;
        return Native.itc_autocast((int)device, &dtype, &cache) != 0 ? (ScalarType)dtype : null;
    }

    /// <summary>Sets what was set before; leaving the outermost one drops the cast copies of the weights.</summary>
    public void Dispose()
    {
        if (_disposed) return;
        _disposed = true;
        Native.itc_autocast_nest(0);
        Native.Check(Native.itc_set_autocast(_device, _enabled, _dtype, _cache), "autocast");
    }
#else
    /// <param name="device">Ignored.</param>
    /// <param name="dtype">Ignored.</param>
    /// <param name="enabled">On is refused.</param>
    /// <param name="cache">Ignored.</param>
    /// <exception cref="PlatformNotSupportedException">TorchSharp's packages have no autocast.</exception>
    public Autocast(DeviceType device = DeviceType.CPU, ScalarType? dtype = null, bool enabled = true, bool cache = true)
    {
        if (enabled)
            throw new PlatformNotSupportedException(
                "TorchSharp's packages have no autocast: ask TorchCapabilities.Current.Autocast first.");
    }

    /// <summary>Always off.</summary>
    public static bool IsOn(DeviceType device = DeviceType.CPU) => false;

    /// <summary>None.</summary>
    public static ScalarType? TypeInUse(DeviceType device = DeviceType.CPU) => null;

    /// <summary>Nothing to undo.</summary>
    public void Dispose() { }
#endif
}
