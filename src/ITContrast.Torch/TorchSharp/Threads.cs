using ITContrast.Torch;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>Threads of one operator.</summary>
    public static int get_num_threads() => TorchThreads.Count;

    /// <summary>Sets ATen's and OpenBLAS's pools together.</summary>
    public static void set_num_threads(int num) => TorchThreads.Count = num;

    public static int get_num_interop_threads() => Native.itc_interop_threads();

    public static string __version__ => TorchVersion.Text;

    /// <summary>Switches of the numerical libraries.</summary>
    public static class backends
    {
        public static class cuda
        {
            public static class matmul
            {
                /// <summary>Matrix products of float32 in TF32; on from the start, unlike PyTorch.</summary>
                public static bool allow_tf32
                {
                    get => (Native.itc_tf32() & 1) != 0;
                    set => Native.itc_set_tf32(value ? 1 : 0, Native.itc_tf32() >> 1);
                }
            }
        }

        public static class cudnn
        {
            /// <summary>Convolutions of float32 in TF32.</summary>
            public static bool allow_tf32
            {
                get => (Native.itc_tf32() & 2) != 0;
                set => Native.itc_set_tf32(Native.itc_tf32() & 1, value ? 1 : 0);
            }
        }
    }
}
