namespace ITContrast.Torch;

/// <summary>The bytes that one or more tensors are views of.</summary>
internal abstract unsafe class StoredBytes
{
    private readonly Lock sharing = new();
    private WeakReference<SharedMemory>? shared;

    /// <summary>The file they come from.</summary>
    public abstract string Path { get; }

    public abstract long Length { get; }

    /// <summary>Where <paramref name="count"/> bytes from <paramref name="offset"/> lie in memory.</summary>
    public abstract byte* At(long offset, long count);

    /// <summary>
    /// Memory for tensors over all of these bytes, which the caller releases. Tensors that live at the same time share it, as they shared the storage.
    /// </summary>
    public SharedMemory Share()
    {
        lock (sharing)
        {
            if (shared != null && shared.TryGetTarget(out SharedMemory? memory) && memory.TryAdd()) return memory;
            memory = MakeShared();
            shared = new WeakReference<SharedMemory>(memory);
            return memory;
        }
    }

    protected abstract SharedMemory MakeShared();

    protected void CheckRange(long offset, long count)
    {
        if (offset < 0 || count < 0 || offset > Length - count)
            throw new ArgumentOutOfRangeException(nameof(offset), offset, $"{Path}: {count} bytes from there leave the {Length} stored.");
    }
}

/// <summary>A range of a mapped file.</summary>
internal sealed unsafe class MappedBytes(MappedFile file, long start, long length) : StoredBytes
{
    public override string Path => file.Path;

    public override long Length => length;

    public MappedFile File => file;

    public long Start => start;

    public override byte* At(long offset, long count)
    {
        CheckRange(offset, count);
        return file.At(start + offset, count);
    }

    protected override SharedMemory MakeShared() => SharedMemory.Map(this);
}
