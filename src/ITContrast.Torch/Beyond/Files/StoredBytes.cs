namespace ITContrast.Torch;

/// <summary>The bytes of one or more tensors: a range of a mapped file.</summary>
/// <param name="file">The file.</param>
/// <param name="start">Where the range begins.</param>
/// <param name="length">Its bytes.</param>
internal unsafe class StoredBytes(MappedFile file, long start, long length)
{
    public string Path => file.Path;

    public long Length => length;

    /// <summary>Where <paramref name="count"/> bytes from <paramref name="offset"/> lie in memory.</summary>
    public virtual byte* At(long offset, long count)
    {
        if (offset < 0 || count < 0 || offset > length - count)
            throw new ArgumentOutOfRangeException(nameof(offset), offset, $"{Path}: {count} bytes from there leave the {length} stored.");
        return file.At(start + offset, count);
    }
}
