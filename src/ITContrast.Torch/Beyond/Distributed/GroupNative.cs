using System.Runtime.InteropServices;
using System.Text;

namespace ITContrast.Torch;

/// <summary>The entry points of native/distributed.cpp and native/gradients.cpp.</summary>
internal static unsafe partial class GroupNative
{
    private const string Library = "itctorch";

    [LibraryImport(Library)] internal static partial int itc_distributed();
    [LibraryImport(Library)]
    internal static partial IntPtr itc_group_join(
        byte* backend, byte* master, int port, int rank, int world, byte* host, byte* address, long joinTimeout, long timeout);
    [LibraryImport(Library)] internal static partial void itc_group_leave(IntPtr group);
    [LibraryImport(Library)] internal static partial int itc_group_host(IntPtr group, int rank, byte* text, int capacity);
    [LibraryImport(Library)] internal static partial int itc_group_missing(IntPtr group, int* ranks, int capacity);
    [LibraryImport(Library)] internal static partial int itc_group_all_reduce(IntPtr group, IntPtr tensor, int operation);
    [LibraryImport(Library)] internal static partial int itc_group_broadcast(IntPtr group, IntPtr tensor, int root);
    [LibraryImport(Library)] internal static partial IntPtr itc_group_all_gather(IntPtr group, IntPtr tensor, int withGradient);
    [LibraryImport(Library)] internal static partial int itc_group_barrier(IntPtr group);

    [LibraryImport(Library)] internal static partial IntPtr itc_gradients(IntPtr group, IntPtr* parameters, int count, long firstBytes, long bytes);
    [LibraryImport(Library)] internal static partial void itc_gradients_free(IntPtr gradients);
    [LibraryImport(Library)] internal static partial int itc_gradients_finish(IntPtr gradients);
    [LibraryImport(Library)] internal static partial void itc_gradients_enable(IntPtr gradients, int on);
    [LibraryImport(Library)] internal static partial long itc_gradients_buckets(IntPtr gradients);
    [LibraryImport(Library)] internal static partial long itc_gradients_overlapped(IntPtr gradients);

    /// <summary>Bytes ended by a zero, as C takes them.</summary>
    internal static byte[] Text(string text) => Encoding.UTF8.GetBytes(text + '\0');
}
