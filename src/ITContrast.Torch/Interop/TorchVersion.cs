using System.Runtime.InteropServices;

namespace ITContrast.Torch;

/// <summary>The version of the libtorch that is loaded.</summary>
internal static unsafe class TorchVersion
{
    /// <summary>As libtorch's headers say it, for example <c>1.13.0</c>.</summary>
    internal static string Text { get; } = Marshal.PtrToStringUTF8((IntPtr)Native.itc_version()) ?? "";
}
