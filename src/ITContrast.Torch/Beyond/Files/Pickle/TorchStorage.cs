using System.IO.Compression;
using System.Runtime.InteropServices;

namespace ITContrast.Torch;

/// <summary>
/// One storage of a file that <c>torch.save</c> wrote: shared by all tensors that are views of it. Where its bytes lie is known only after the object
/// has been read; they are checked against the container's checksum, where it has one, when they are first looked at.
/// </summary>
internal sealed unsafe class TorchStorage(string path, string key, ElementType type, long count) : StoredBytes, IDisposable
{
    private readonly Lock gate = new();
    private MappedFile? file;
    private ZipDirectory.Entry? entry;
    private MappedBytes? mapped;
    private byte* inflated;
    private volatile bool ready;

    public override string Path => path;

    public string Key => key;

    public ElementType Type => type;

    public long Count => count;

    public override long Length => count * type.Size();

    protected override SharedMemory MakeShared()
    {
        Prepare();
        return mapped != null ? SharedMemory.Map(mapped) : SharedMemory.Copy(inflated, Length);
    }

    public void Bind(MappedFile source, ZipDirectory.Entry from)
    {
        if (from.Length != Length)
            throw new DataFileException(path, $"storage '{key}' should have {Length} bytes ({count} × {type}) and '{from.Name}' has {from.Length}.");
        (file, entry) = (source, from);
    }

    public void Bind(MappedBytes bytes) => (mapped, ready) = (bytes, true);

    public override byte* At(long offset, long bytes)
    {
        CheckRange(offset, bytes);
        Prepare();
        return mapped != null ? mapped.At(offset, bytes) : inflated + offset;
    }

    public void Dispose()
    {
        lock (gate)
        {
            if (inflated != null) NativeMemory.Free(inflated);
            inflated = null;
            (mapped, entry, ready) = (null, null, false);
        }
    }

    private void Prepare()
    {
        if (ready) return;
        lock (gate)
        {
            if (ready) return;
            ObjectDisposedException.ThrowIf(entry == null, this);
            if (entry.Deflated) Inflate(entry);
            else mapped = new MappedBytes(file!, entry.Start, entry.Stored);
            uint crc = Crc32.Compute(mapped != null ? mapped.At(0, Length) : inflated, Length);
            if (crc != entry.Crc)
                throw new DataFileException(
                    path, $"'{entry.Name}' is damaged: its checksum is {crc:x8} and the file says {entry.Crc:x8}. Copy or save the file again.");
            ready = true;
        }
    }

    private void Inflate(ZipDirectory.Entry from)
    {
        inflated = (byte*)NativeMemory.Alloc((nuint)Math.Max(1, from.Length));
        using var compressed = new UnmanagedMemoryStream(file!.At(from.Start, from.Stored), from.Stored);
        using var inflate = new DeflateStream(compressed, CompressionMode.Decompress);
        using var target = new UnmanagedMemoryStream(inflated, 0, from.Length, FileAccess.Write);
        try
        {
            inflate.CopyTo(target);
        }
        catch (Exception e) when (e is InvalidDataException or NotSupportedException)
        {
            throw new DataFileException(path, $"'{from.Name}' does not inflate: {e.Message}");
        }
        if (target.Position != from.Length)
            throw new DataFileException(path, $"'{from.Name}' inflates to {target.Position} bytes; {from.Length} were announced.");
    }
}
