using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Torch;

/// <summary>What the torch at hand can do, so that code asks instead of failing. Read once, when first asked for.</summary>
public sealed record TorchCapabilities
{
    private static readonly Lazy<TorchCapabilities> s_current = new(Read);

    /// <summary>Of this process.</summary>
    public static TorchCapabilities Current => s_current.Value;

    /// <summary><c>system</c> (this project's own layer on the machine's libtorch) or <c>nuget</c> (TorchSharp's packages).</summary>
    public required string Provider { get; init; }

    /// <summary>libtorch's version, for example <c>1.13.0</c>; with TorchSharp's packages, that of the package.</summary>
    public required string Version { get; init; }

    /// <summary>CUDA devices that can be used; 0 where there is none or libtorch was built without CUDA.</summary>
    public required int CudaDevices { get; init; }

    /// <summary>Whether <see cref="ITContrast.Torch.Autocast"/> works.</summary>
    public required bool Autocast { get; init; }

    /// <summary>Whether <see cref="ITContrast.Torch.Determinism"/> works.</summary>
    public required bool Determinism { get; init; }

    /// <summary>Whether libtorch has the fused scaled dot-product attention (2.0 and later); elsewhere the same mathematics run as several operators.</summary>
    public required bool FusedAttention { get; init; }

    /// <summary>Whether libtorch has the fused AdamW step (on CUDA devices from 2.0 on); elsewhere a step is a dozen operators on lists.</summary>
    public required bool FusedAdamW { get; init; }

    /// <summary>Whether SGD, Adam and AdamW step in one kernel on the CPU too (seen in 2.6).</summary>
    public required bool FusedOptimisersOnCpu { get; init; }

    /// <summary>Whether the processor multiplies bf16 matrices in units of their own (AMX), several times faster than fp32.</summary>
    public bool MatrixUnits { get; } = FindMatrixUnits();

    /// <summary>Whether <see cref="ITContrast.Torch.DeviceMemory"/> reports a CUDA device's memory.</summary>
    public required bool DeviceMemory { get; init; }

    /// <summary>Whether <see cref="ProcessGroup"/> works on the CPU (Gloo).</summary>
    public bool Distributed => ProcessGroup.IsAvailable;

    /// <summary>Whether <see cref="ProcessGroup"/> works on CUDA devices (NCCL).</summary>
    public bool DistributedCuda => ProcessGroup.HasNccl;

    /// <summary>The file that the native layer was loaded from; null with TorchSharp's packages.</summary>
    public string? LoadedFrom { get; init; }

    /// <summary>OpenBLAS's kernel in use, for example <c>SkylakeX</c>; null where the BLAS is another one or does not say.</summary>
    public string? BlasKernel { get; init; }

    // As Linux reports it; elsewhere fp32 is the safe choice.
    private static bool FindMatrixUnits()
    {
        const string CpuInfo = "/proc/cpuinfo";
        return File.Exists(CpuInfo) && File.ReadLines(CpuInfo).Any(line => line.StartsWith("flags", StringComparison.Ordinal) && line.Contains(" amx_bf16"));
    }

#if TORCH_SYSTEM
    private static unsafe TorchCapabilities Read() => new()
    {
        Provider = "system",
        Version = TorchVersion.Text,
        CudaDevices = cuda.is_available() ? cuda.device_count() : 0,
        Autocast = true,
        Determinism = true,
        FusedAttention = OptionalOperators.ScaledDotProductAttention.Exists,
        FusedAdamW = OptionalOperators.FusedAdamW.Exists,
        FusedOptimisersOnCpu = new[] { OptionalOperators.FusedSgd, OptionalOperators.FusedAdam, OptionalOperators.FusedAdamW }.All(o =>
            o.RunsOn(DeviceType.CPU)),
        DeviceMemory = Native.itc_memory_supported() != 0,
        LoadedFrom = NativeLoader.LoadedFrom,
        BlasKernel = NativeLoader.BlasKernel(),
    };
#else
    private static TorchCapabilities Read() => new()
    {
        Provider = "nuget",
        Version = typeof(torch).Assembly.GetName().Version?.ToString() ?? "",
        CudaDevices = cuda.is_available() ? cuda.device_count() : 0,
        Autocast = false,
        Determinism = false,
        FusedAttention = true,
        FusedAdamW = false,
        FusedOptimisersOnCpu = false,
        DeviceMemory = false,
    };
#endif
}
