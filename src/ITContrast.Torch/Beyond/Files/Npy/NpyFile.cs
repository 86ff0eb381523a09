namespace ITContrast.Torch;

/// <summary>
/// A numpy array on disk, mapped: rows are spans of the file itself, so an array larger than memory opens at once and only what is read is loaded.
/// Versions 1 to 3, little-endian numbers and bools in C order; Fortran order, big-endian numbers and object arrays are refused by name.
/// </summary>
public sealed class NpyFile : IDisposable
{
    private readonly MappedFile file;

    private NpyFile(MappedFile file)
    {
        this.file = file;
        NpyHeader header = NpyHeader.Parse(file);
        long bytes = file.Length - header.Length;
        Int128? needed = (Int128?)ElementTypes.Count(header.Shape) * header.Type.Size();
        if (needed != bytes)
        {
            string advice = needed < bytes ? "It holds more than one array: save one array a file." : "Was the file cut short?";
            throw new DataFileException(file.Path, $"holds {bytes} bytes of data where shape [{string.Join(", ", header.Shape)}] of {header.Type} needs "
                + $"{needed?.ToString() ?? "more than 2^63 elements"}. {advice}");
        }
        View = new TensorView(System.IO.Path.GetFileNameWithoutExtension(file.Path), header.Type, header.Shape,
            TensorView.RowMajor(header.Shape), new MappedBytes(file, header.Length, bytes));
        RowCount = header.Shape.Length == 0 ? 1 : header.Shape[0];
        RowLength = ElementTypes.Count(header.Shape.AsSpan(Math.Min(1, header.Shape.Length)))!.Value;
    }

    /// <summary>The file.</summary>
    public string Path => file.Path;

    /// <summary>What one element is.</summary>
    public ElementType Dtype => View.Type;

    /// <summary>Extents, rows first; empty for a scalar.</summary>
    public IReadOnlyList<long> Shape => View.Shape;

    /// <summary>Extent of the first axis; 1 for a scalar.</summary>
    public long RowCount { get; }

    /// <summary>Elements of one row, the product of the other extents.</summary>
    public long RowLength { get; }

    /// <summary>The array as elements, for conversions and tensors.</summary>
    public TensorView View { get; }

    /// <summary>Opens an array.</summary>
    /// <exception cref="IOException">The file cannot be opened.</exception>
    /// <exception cref="DataFileException">It is not an array of this kind, or its length is not what its header says.</exception>
    public static NpyFile Open(string path)
    {
        MappedFile file = MappedFile.Open(path);
        try
        {
            return new NpyFile(file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Rows in place, <c>[count × RowLength]</c>; valid until this file is disposed. Bools are bytes.</summary>
    /// <exception cref="InvalidOperationException"><typeparamref name="T"/> is not what the file holds.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The rows leave the array.</exception>
    public ReadOnlySpan<T> Rows<T>(long start, int count) where T : unmanaged
    {
        CheckRows(start, count);
        return View.Span<T>(start * RowLength, checked((int)(count * RowLength)));
    }

    /// <summary>Copies rows of floating-point numbers of any precision as single precision.</summary>
    /// <param name="start">The first row.</param>
    /// <param name="destination">Filled whole; a multiple of <see cref="RowLength"/> long.</param>
    public void ReadRows(long start, Span<float> destination)
    {
        long count = RowLength == 0 ? 0 : destination.Length / RowLength;
        if (count * RowLength != destination.Length)
            throw new ArgumentException($"{Path}: rows have {RowLength} elements; {destination.Length} is no multiple of it.", nameof(destination));
        CheckRows(start, count);
        View.ReadFloats(start * RowLength, destination);
    }

    /// <summary>Writes an array, atomically.</summary>
    /// <exception cref="ArgumentException">The shape does not have as many elements as there are values.</exception>
    public static void Write<T>(string path, ReadOnlySpan<T> values, ReadOnlySpan<long> shape, WriteOptions? options = null) where T : unmanaged
    {
        if (ElementTypes.Count(shape) != values.Length)
            throw new ArgumentException($"{path}: shape [{string.Join(", ", shape.ToArray())}] does not hold {values.Length} values.", nameof(shape));
        using var output = new AtomicFile(path);
        output.Stream.Write(NpyHeader.Format(ElementTypes.Of<T>(), shape));
        output.Stream.Write(System.Runtime.InteropServices.MemoryMarshal.AsBytes(values));
        output.Commit(options);
    }

    /// <summary>Writes an array, atomically.</summary>
    public static void Write<T>(string path, T[] values, params long[] shape) where T : unmanaged => Write<T>(path, values.AsSpan(), shape);

    /// <summary>Closes the mapping; spans taken from it are no longer valid.</summary>
    public void Dispose() => file.Dispose();

    private void CheckRows(long start, long count)
    {
        if (start < 0 || count < 0 || start > RowCount - count)
            throw new ArgumentOutOfRangeException(nameof(start), start, $"{Path}: {count} rows from {start} leave its {RowCount} rows.");
    }
}
