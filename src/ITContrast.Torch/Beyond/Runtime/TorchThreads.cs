using static TorchSharp.torch;

namespace ITContrast.Torch;

/// <summary>Threads of one operator: ATen's and OpenBLAS's pools are kept at the same size, since two pools of different sizes fight over the cores.</summary>
public static class TorchThreads
{
#if TORCH_SYSTEM
    /// <summary>How many threads one operator may use.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than one.</exception>
    public static int Count
    {
        get => Native.itc_threads();
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            Native.Check(Native.itc_set_threads(value), "set_num_threads");
            NativeLoader.SetBlasThreads(value);
        }
    }

    /// <summary>OpenBLAS's own count; null where the BLAS is another one.</summary>
    public static int? BlasCount => NativeLoader.BlasThreads();
#else
    /// <summary>How many threads one operator may use.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than one (which TorchSharp would end the process over).</exception>
    public static int Count
    {
        get => get_num_threads();
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            set_num_threads(value);
        }
    }

    /// <summary>Not known: TorchSharp's packages carry a BLAS of their own, which follows <see cref="Count"/>.</summary>
    public static int? BlasCount => null;
#endif
}
