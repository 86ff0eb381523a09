using ITContrast.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Benchmarks.Running;

/// <summary>
/// Where the rows compute: the CPU, or one CUDA device against its own PyTorch. Handed to every contender's process by an environment variable, which
/// <c>python/worker.py</c> reads too. Values are compared in full float32; timed is what the device does by default here, products in TF32, on both sides.
/// </summary>
internal static class BenchDevice
{
    /// <summary>The variable that contenders find the device's name in.</summary>
    public const string Variable = "ITC_BENCH_DEVICE";

    /// <summary>The device of this process.</summary>
    public static Device Current { get; } = new(Environment.GetEnvironmentVariable(Variable) ?? "cpu");

    /// <summary>Whether it is the processor.</summary>
    public static bool IsCpu => Current.type == DeviceType.CPU;

    /// <summary>Takes TF32 for timing and full float32 for comparing values.</summary>
    public static void Begin(bool timing)
    {
        if (IsCpu) return;
        InitializeDeviceType(Current.type);
        backends.cuda.matmul.allow_tf32 = backends.cudnn.allow_tf32 = timing;
    }

    /// <summary>Waits for what was queued, so that a case's time is its own.</summary>
    public static void Finish()
    {
        if (!IsCpu) cuda.synchronize();
    }

    /// <summary>Most memory in use: the device's tensors, or the process's resident memory on the CPU.</summary>
    public static long PeakBytes() => IsCpu ? Machine.PeakBytes() : DeviceMemory.Read(Math.Max(Current.index, 0)).PeakAllocated;
}
