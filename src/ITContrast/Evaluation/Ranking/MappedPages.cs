using System.Runtime.InteropServices;

namespace ITContrast.Evaluation.Ranking;

/// <summary>
/// Advice to the system about pages. It hands pages of a mapped file back once they were read, so that a gallery larger than memory passes through a process of
/// bounded size. They come back from the file when they are touched again, so giving up too much costs time and nothing else. Linux only; elsewhere the system
/// decides.
/// </summary>
internal static unsafe partial class MappedPages
{
    private const int DontNeed = 4, HugePage = 14;

    /// <summary>
    /// Gives up the pages that hold <paramref name="bytes"/> bytes from <paramref name="start"/>, which must lie in a read-only mapping of a file.
    /// </summary>
    public static void Release(void* start, long bytes)
    {
        if (!OperatingSystem.IsLinux() || bytes <= 0) return;
        nint page = Environment.SystemPageSize, first = (nint)start / page * page;
        // The call is advice: where a system declines, the pages stay, and that is all.
        _ = Advise((void*)first, (nuint)((nint)start + (nint)bytes - first), DontNeed);
    }

    /// <summary>Asks for large pages under fresh memory: to fault 128 MB in by pages of 4 KB takes a few percent of the product that fills them.</summary>
    public static void PreferHuge(void* start, long bytes)
    {
        nint page = Environment.SystemPageSize, first = ((nint)start + page - 1) / page * page, end = ((nint)start + (nint)bytes) / page * page;
        if (OperatingSystem.IsLinux() && end > first) _ = Advise((void*)first, (nuint)(end - first), HugePage);
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(void* start, nuint length, int advice);
}
