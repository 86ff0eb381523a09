using System.Globalization;
using Microsoft.Win32.SafeHandles;

namespace ITContrast.Data;

/// <summary>
/// Lines of a file of any length by number, through their byte offsets: from a <c>.lineidx</c> file (one offset a line) or found by one pass over the file.
/// Rows are read straight from the page cache; nothing is kept.
/// </summary>
internal sealed class IndexedLines : IDisposable
{
    private readonly SafeFileHandle file;
    private readonly long[] offsets;
    private readonly long length;

    private IndexedLines(string path, SafeFileHandle file, long[] offsets, long length) =>
        (Path, this.file, this.offsets, this.length) = (path, file, offsets, length);

    public string Path { get; }

    public int Count => offsets.Length;

    /// <summary>Opens a file.</summary>
    /// <param name="path">The file with the lines.</param>
    /// <param name="indexPath">Its <c>.lineidx</c>; when null the file is read once to find its lines.</param>
    public static IndexedLines Open(string path, string? indexPath)
    {
        SafeFileHandle file = Guarded.Run(path, () => File.OpenHandle(path, options: FileOptions.RandomAccess));
        try
        {
            long length = RandomAccess.GetLength(file);
            return new IndexedLines(path, file, indexPath is null ? Scan(file, length) : ReadIndex(indexPath, path, length), length);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>The bytes of a line, without its end.</summary>
    public byte[] Line(int row)
    {
        if ((uint)row >= (uint)Count) throw new ArgumentOutOfRangeException(nameof(row), $"{Path}: expected a row below {Count}, found {row}.");
        long start = offsets[row], end = row + 1 < Count ? offsets[row + 1] : length;
        if (end - start > Array.MaxLength) throw DataException.At(Path, $"row {row}", "a line below 2 GB", $"{end - start} bytes");
        byte[] line = new byte[end - start];
        int got = 0;
        for (int n; got < line.Length && (n = RandomAccess.Read(file, line.AsSpan(got), start + got)) > 0;) got += n;
        if (got < line.Length)
            throw DataException.At(Path, $"row {row}", $"{line.Length} bytes from byte {start}", $"{got}", "The file was cut short after it was opened.");
        ReadOnlySpan<byte> text = line.AsSpan().TrimEnd("\r\n"u8);
        int inner = text.IndexOf((byte)'\n');
        if (inner >= 0)
            throw DataException.At(Path, $"row {row}", "one line", $"a line break {inner} bytes after byte {start}", "Is the .lineidx that of another file?");
        return text.Length == line.Length ? line : text.ToArray();
    }

    public void Dispose() => file.Dispose();

    private static long[] Scan(SafeFileHandle file, long length)
    {
        List<long> offsets = [];
        byte[] buffer = new byte[1 << 20];
        bool start = true;
        for (long at = 0; at < length;)
        {
            int n = RandomAccess.Read(file, buffer, at);
            if (n == 0) break;
            for (int i = 0; i < n;)
            {
                if (start) offsets.Add(at + i);
                int next = buffer.AsSpan(i, n - i).IndexOf((byte)'\n');
                start = next >= 0;
                i = next < 0 ? n : i + next + 1;
            }
            at += n;
        }
        return [.. offsets];
    }

    private static long[] ReadIndex(string indexPath, string path, long length)
    {
        List<long> offsets = [];
        foreach (string line in TextLines.Read(indexPath))
        {
            if (line.Length == 0) continue;
            if (!long.TryParse(line.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out long offset))
                throw DataException.At(indexPath, $"line {offsets.Count + 1}", "a byte offset", $"\"{line}\"");
            if (offset >= length)
                throw DataException.At(
                    indexPath, $"line {offsets.Count + 1}", $"an offset below {length}, the length of {path}", $"{offset}", "Was the .tsv cut short?");
            if (offsets.Count > 0 && offset <= offsets[^1])
                throw DataException.At(indexPath, $"line {offsets.Count + 1}", $"an offset above {offsets[^1]}", $"{offset}");
            offsets.Add(offset);
        }
        return [.. offsets];
    }
}
