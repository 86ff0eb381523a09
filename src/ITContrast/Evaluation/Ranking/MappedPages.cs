using System.Runtime.InteropServices;

namespace ITContrast.Evaluation.Ranking;

/// <summary>
/// Hands pages of a mapped file back once they were read, so that a gallery larger than memory passes through a process of bounded size. They
/// come back from the file when they are touched again, so giving up too much costs time and nothing else. Linux only; elsewhere the system decides.
/// </summary>
internal static unsafe partial class MappedPages
{
    private const int DontNeed = 4;

    /// <summary>Gives up the pages that hold <paramref name="bytes"/> bytes from <paramref name="start"/>, which must lie in a read-only mapping of a file.</summary>
    public static void Release(void* start, long bytes)
    {
        if (!OperatingSystem.IsLinux() || bytes <= 0) return;
        nint page = Environment.SystemPageSize, first = (nint)start / page * page;
        // The call is advice: where a system declines, the pages stay, and that is all.
        _ = Advise((void*)first, (nuint)((nint)start + (nint)bytes - first), DontNeed);
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(void* start, nuint length, int advice);
}
