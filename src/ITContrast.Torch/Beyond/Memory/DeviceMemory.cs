using static TorchSharp.torch;

namespace ITContrast.Torch;

/// <summary>Memory of a CUDA device as libtorch's caching allocator sees it. Ask <see cref="TorchCapabilities.DeviceMemory"/> first.</summary>
/// <param name="Allocated">Bytes in tensors.</param>
/// <param name="PeakAllocated">The most that were in tensors since the start or the last reset.</param>
/// <param name="Reserved">Bytes taken from the device, those kept for reuse included.</param>
public readonly record struct DeviceMemory(long Allocated, long PeakAllocated, long Reserved)
{
    private const string Absent = "this libtorch reports no device memory: ask TorchCapabilities.Current.DeviceMemory first.";

#if TORCH_SYSTEM
    /// <summary>A device's memory now.</summary>
    /// <exception cref="PlatformNotSupportedException">No CUDA, or TorchSharp's packages.</exception>
    public static unsafe DeviceMemory Read(int device = 0)
    {
        if (Native.itc_memory_supported() == 0) throw new PlatformNotSupportedException(Absent);
        long* values = stackalloc long[3];
        Native.Check(Native.itc_memory(device, values), "DeviceMemory.Read");
        return new DeviceMemory(values[0], values[1], values[2]);
    }

    /// <summary>Gives memory that is only kept for reuse back to the device; without CUDA there is none and nothing happens.</summary>
    public static void EmptyCache()
    {
        if (Native.itc_memory_supported() != 0) Native.Check(Native.itc_memory_empty(), "DeviceMemory.EmptyCache");
    }

    /// <summary>Starts <see cref="PeakAllocated"/> at what is allocated now.</summary>
    public static void ResetPeak(int device = 0)
    {
        if (Native.itc_memory_supported() != 0) Native.Check(Native.itc_memory_reset(device), "DeviceMemory.ResetPeak");
    }
#else
    /// <exception cref="PlatformNotSupportedException">Always: TorchSharp's packages do not tell.</exception>
    public static DeviceMemory Read(int device = 0) => throw new PlatformNotSupportedException(Absent);

    /// <summary>Does nothing: TorchSharp's packages cannot.</summary>
    public static void EmptyCache() { }

    /// <summary>Does nothing: TorchSharp's packages cannot.</summary>
    public static void ResetPeak(int device = 0) { }
#endif
}
