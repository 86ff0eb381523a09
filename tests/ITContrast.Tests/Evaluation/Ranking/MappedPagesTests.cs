using System.Globalization;
using System.IO.MemoryMappedFiles;
using ITContrast.Evaluation.Ranking;

namespace ITContrast.Tests.Evaluation.Ranking;

public sealed unsafe class MappedPagesTests
{
    // The kernel's own account of one mapping, which nothing else in the process touches.
    [Fact]
    public void Released_pages_leave_memory_and_come_back_from_the_file()
    {
        if (!File.Exists("/proc/self/smaps")) Assert.Skip("/proc/self/smaps is Linux's");
        const int Size = 8 << 20;
        string path = Path.GetTempFileName();
        try
        {
            var bytes = new byte[Size];
            new Random(1).NextBytes(bytes);
            File.WriteAllBytes(path, bytes);
            using MemoryMappedFile file = MemoryMappedFile.CreateFromFile(path, FileMode.Open);
            using MemoryMappedViewAccessor view = file.CreateViewAccessor(0, Size, MemoryMappedFileAccess.Read);
            byte* start = null;
            view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
            Assert.True(new ReadOnlySpan<byte>(start, Size).SequenceEqual(bytes));
            Assert.InRange(Resident(start), Size / 2, Size);
            MappedPages.Release(start + 100, Size - 200);
            Assert.Equal(0, Resident(start));
            Assert.True(new ReadOnlySpan<byte>(start, Size).SequenceEqual(bytes));
            view.SafeMemoryMappedViewHandle.ReleasePointer();
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static long Resident(byte* start)
    {
        string range = ((nint)start).ToString("x", CultureInfo.InvariantCulture) + "-";
        string rss = File.ReadLines("/proc/self/smaps")
            .SkipWhile(line => !line.StartsWith(range, StringComparison.Ordinal))
            .First(line => line.StartsWith("Rss:", StringComparison.Ordinal));
        return 1024
            * long.Parse(
                rss[4..].Replace("kB", "", StringComparison.Ordinal), NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite,
                CultureInfo.InvariantCulture);
    }
}
