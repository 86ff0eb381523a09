using TorchSharp;

namespace ITContrast.Torch;

/// <summary>Which torch computes: part of a run's identity, since another build or number of threads adds in another order.</summary>
public static class TorchRuntime
{
#if TORCH_SYSTEM
    /// <summary>Provider and version, as <c>system 1.13.0</c>.</summary>
    public static string Description => $"system {TorchVersion.Text}";

    /// <summary>Threads within one operator.</summary>
    public static int Threads => Native.itc_threads();
#else
    /// <summary>Provider and version, as <c>nuget 2.10.0</c>.</summary>
    public static string Description => $"nuget {torch.__version__}";

    /// <summary>Threads within one operator.</summary>
    public static int Threads => torch.get_num_threads();
#endif
}
