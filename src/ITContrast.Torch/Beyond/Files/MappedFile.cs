using System.IO.MemoryMappedFiles;

namespace ITContrast.Torch;

/// <summary>
/// A file seen as memory, read-only, of any length; the pages that are looked at are read from disk, nothing is copied.
/// </summary>
/// <remarks>
/// The operating system ends a process that touches mapped pages past the end of a file. The length is therefore taken once at opening and compared
/// before each access, so a file that was cut short in between gives a <see cref="DataFileException"/>. One case remains: a file that is cut while a
/// span is being read. Replace files by renaming, as the writers here do; never shorten one that is in use.
/// </remarks>
internal sealed unsafe class MappedFile : IDisposable
{
    private readonly FileStream stream;
    private readonly MemoryMappedFile? map;
    private readonly MemoryMappedViewAccessor? view;
    private byte* pointer;
    private bool disposed;

    private MappedFile(string path, FileStream stream)
    {
        Path = path;
        this.stream = stream;
        Length = stream.Length;
        if (Length == 0) return;
        // Copy on write is a right of the map, not of this view: it lets Private make writable views that never reach the file.
        map = MemoryMappedFile.CreateFromFile(stream, null, 0, MemoryMappedFileAccess.CopyOnWrite, HandleInheritability.None, leaveOpen: true);
        view = map.CreateViewAccessor(0, Length, MemoryMappedFileAccess.Read);
        // The acquired pointer is released in Dispose only: a file that nobody disposes leaks addresses and never leaves a span dangling.
        view.SafeMemoryMappedViewHandle.AcquirePointer(ref pointer);
        pointer += view.PointerOffset;
    }

    public string Path { get; }

    public long Length { get; }

    /// <exception cref="IOException">The file cannot be opened.</exception>
    public static MappedFile Open(string path)
    {
        if (Directory.Exists(path)) throw new DataFileException(path, "is a folder; a file is expected.");
        var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0);
        try
        {
            return new MappedFile(path, stream);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>The bytes from <paramref name="offset"/>, in place; valid until this file is disposed.</summary>
    public ReadOnlySpan<byte> Bytes(long offset, int count) => new(At(offset, count), count);

    /// <summary>Where <paramref name="count"/> readable bytes from <paramref name="offset"/> lie.</summary>
    public byte* At(long offset, long count)
    {
        if (offset < 0 || count < 0 || offset > Length - count)
            throw new ArgumentOutOfRangeException(nameof(offset), offset, $"{Path}: {count} bytes from there leave the file's {Length}.");
        CheckLength();
        return pointer + offset;
    }

    /// <summary>A writable copy-on-write view of a range: what is written there stays in this process.</summary>
    public MemoryMappedViewAccessor Private(long offset, long count)
    {
        CheckLength();
        return map!.CreateViewAccessor(offset, count, MemoryMappedFileAccess.CopyOnWrite);
    }

    private void CheckLength()
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        long now = RandomAccess.GetLength(stream.SafeFileHandle);
        if (now < Length)
            throw new DataFileException(Path, $"the file was cut from {Length} to {now} bytes after it was opened. Open it again once it is whole.");
    }

    public void Dispose()
    {
        if (disposed) return;
        disposed = true;
        if (view != null)
        {
            view.SafeMemoryMappedViewHandle.ReleasePointer();
            view.Dispose();
            map!.Dispose();
        }
        stream.Dispose();
    }
}
