using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

// Read by notebook engines that know it: a static method that may run in the background as soon as a notebook references the library.
[assembly: AssemblyMetadata("NotebookPreload", "ITContrast.Torch.NativeLoader.Preload")]

namespace ITContrast.Torch;

/// <summary>Loads the shim, and with it libtorch, once, after the C environment is as OpenBLAS needs it.</summary>
internal static unsafe partial class NativeLoader
{
    private const string CoreType = "OPENBLAS_CORETYPE";
    private const string PackagePath = "runtimes/linux-x64/native/libitctorch.so";

    private static IntPtr s_library;

    /// <summary>Where the shim came from; null before its first use.</summary>
    internal static string? LoadedFrom { get; private set; }

    /// <summary>The kernel that was asked of OpenBLAS; null where the user's own choice or its detection stands.</summary>
    internal static string? ChosenKernel { get; private set; }

    [ModuleInitializer]
    [System.Diagnostics.CodeAnalysis.SuppressMessage(
        "Usage", "CA2255", Justification = "The resolver has to stand before the first native call, wherever that is.")]
    internal static void Register() => NativeLibrary.SetDllImportResolver(typeof(NativeLoader).Assembly, Resolve);

    /// <summary>Loads what the first operator would load.</summary>
    internal static void Preload() => Native.itc_threads();

    private static IntPtr Resolve(string name, Assembly assembly, DllImportSearchPath? path)
    {
        if (name != "itctorch") return IntPtr.Zero;
        ChooseBlasKernel();
        string file = Path.Combine(AppContext.BaseDirectory, "libitctorch.so");
        string beside = Path.Combine(Path.GetDirectoryName(assembly.Location) ?? "", "libitctorch.so");
        // A package keeps the shim under runtimes/: of the program that uses it, or of the package's own folder.
        string[] packed = [Path.Combine(AppContext.BaseDirectory, PackagePath), Path.Combine(Path.GetDirectoryName(beside)!, "..", "..", PackagePath)];
        file = packed.Prepend(file).Prepend(beside).FirstOrDefault(File.Exists) ?? file;
        if (!File.Exists(file))
            throw new DllNotFoundException($"{file} is missing: build the project again, its build makes the shim from native/.");
        s_library = NativeLibrary.Load(file);
        LoadedFrom = file;
        Settle();
        return s_library;
    }

    /// <summary>OpenBLAS's kernel in use; null where the BLAS is another one.</summary>
    internal static string? BlasKernel() =>
        Symbol("openblas_get_corename") is var name and not 0 ? Marshal.PtrToStringUTF8(((delegate* unmanaged<IntPtr>)name)()) : null;

    /// <summary>OpenBLAS's threads; null where the BLAS is another one.</summary>
    internal static int? BlasThreads() =>
        Symbol("openblas_get_num_threads") is var get and not 0 ? ((delegate* unmanaged<int>)get)() : null;

    internal static void SetBlasThreads(int count)
    {
        if (Symbol("openblas_set_num_threads") is var set and not 0) ((delegate* unmanaged<int, void>)set)(count);
    }

    // Both pools at ATen's size, and TF32 products and convolutions on, as PyTorch's users of such GPUs set them.
    private static void Settle()
    {
        SetBlasThreads(((delegate* unmanaged<int>)NativeLibrary.GetExport(s_library, nameof(Native.itc_threads)))());
        ((delegate* unmanaged<int, int, void>)NativeLibrary.GetExport(s_library, nameof(Native.itc_set_tf32)))(1, 1);
    }

    // The search goes through the shim's own dependencies, so the BLAS that libtorch uses is the one found.
    private static IntPtr Symbol(string name)
    {
        if (s_library == 0) Native.itc_threads();
        return NativeLibrary.TryGetExport(s_library, name, out IntPtr symbol) ? symbol : 0;
    }

    /// <summary>
    /// OpenBLAS 0.3.21 does not know recent server processors and falls back to an SSE3 kernel, 5 to 10 times slower. The variable has to
    /// be in the C environment before libopenblas loads; .NET's own SetEnvironmentVariable does not reach it.
    /// </summary>
    private static void ChooseBlasKernel()
    {
        if (!OperatingSystem.IsLinux() || RuntimeInformation.ProcessArchitecture != Architecture.X64) return;
        if (Environment.GetEnvironmentVariable(CoreType) is { Length: > 0 }) return;
        ChosenKernel = Avx512BF16() ? "SapphireRapids"
            : Avx512F.IsSupported && Avx512BW.IsSupported && Avx512DQ.IsSupported ? "SkylakeX"
            : Avx2.IsSupported && Fma.IsSupported ? "Haswell" : null;
        if (ChosenKernel is null) return;
        fixed (byte* name = "OPENBLAS_CORETYPE\0"u8)
        fixed (byte* value = System.Text.Encoding.UTF8.GetBytes(ChosenKernel + '\0'))
            setenv(name, value, 0);
    }

    // Leaf 7, sub-leaf 1, EAX bit 5; AVX-512 itself is asked too, since a hypervisor can mask one and leave the other.
    private static bool Avx512BF16() =>
        Avx512F.IsSupported && Avx512BW.IsSupported && X86Base.IsSupported && (X86Base.CpuId(7, 1).Eax & (1 << 5)) != 0;

    [LibraryImport("libc")]
    private static partial int setenv(byte* name, byte* value, int overwrite);
}
