using System.Runtime.InteropServices;

namespace ITContrast.Torch;

/// <summary>
/// Writes an <c>.npy</c> array row by row, so that it never has to fit in memory. The number of rows goes into the header at <see cref="Complete"/>,
/// where the file appears under its name; disposing before leaves nothing.
/// </summary>
public sealed class NpyWriter : IDisposable
{
    // Room for the widest row count in front of a shape of some axes, so that the header can be written again in place.
    private const int HeaderBytes = 192;
    private readonly AtomicFile output;
    private readonly long[] rowShape;
    private readonly ElementType type;
    private bool completed;

    private NpyWriter(string path, ElementType type, long[] rowShape)
    {
        long length =
            ElementTypes.Count(rowShape)
            ?? throw new ArgumentException($"{path}: a row of shape [{string.Join(", ", rowShape)}] is impossible.", nameof(rowShape));
        if (length == 0 || NpyHeader.Format(type, [long.MaxValue, .. rowShape]).Length > HeaderBytes)
            throw new ArgumentException($"{path}: rows of shape [{string.Join(", ", rowShape)}] cannot be streamed.", nameof(rowShape));
        (this.type, this.rowShape, RowLength) = (type, rowShape, length);
        output = new AtomicFile(path);
        output.Stream.Write(new byte[HeaderBytes]);
    }

    /// <summary>Elements of one row.</summary>
    public long RowLength { get; }

    /// <summary>Rows written so far.</summary>
    public long RowCount { get; private set; }

    /// <summary>Starts an array.</summary>
    /// <param name="path">The file that appears at <see cref="Complete"/>.</param>
    /// <param name="type">What one element is.</param>
    /// <param name="rowShape">Extents of one row: the shape without its first axis.</param>
    public static NpyWriter Create(string path, ElementType type, params long[] rowShape) => new(path, type, rowShape);

    /// <summary>Adds one row or several.</summary>
    /// <exception cref="ArgumentException">Another element type, or no whole number of rows.</exception>
    public void Append<T>(ReadOnlySpan<T> rows) where T : unmanaged
    {
        ObjectDisposedException.ThrowIf(completed, this);
        if (!type.ReadableAs<T>() && type != ElementTypes.Of<T>())
            throw new ArgumentException($"{output.Path} holds {type}, not {typeof(T).Name}.");
        if (rows.Length % RowLength != 0)
            throw new ArgumentException($"{output.Path}: rows have {RowLength} elements; {rows.Length} is no multiple of it.", nameof(rows));
        output.Stream.Write(MemoryMarshal.AsBytes(rows));
        RowCount += rows.Length / RowLength;
    }

    /// <summary>Adds the rows of a tensor, wherever and however it lies.</summary>
    /// <exception cref="ArgumentException">Another element type, or rows of another shape.</exception>
    public void Append(TorchSharp.torch.Tensor rows)
    {
        ObjectDisposedException.ThrowIf(completed, this);
        if ((ElementType)rows.dtype != type || rows.Dimensions != rowShape.Length + 1 || !rows.shape.AsSpan(1).SequenceEqual(rowShape))
            throw new ArgumentException(
                $"{output.Path} takes rows of {type} [{string.Join(", ", rowShape)}]; {rows.dtype} [{string.Join(", ", rows.shape)}] came.", nameof(rows));
        TensorBytes.Read(rows, (_, piece) => output.Stream.Write(piece));
        RowCount += rows.shape[0];
    }

    /// <summary>Writes the row count and makes the file appear.</summary>
    public void Complete(WriteOptions? options = null)
    {
        ObjectDisposedException.ThrowIf(completed, this);
        completed = true;
        output.Stream.Position = 0;
        output.Stream.Write(NpyHeader.Format(type, [RowCount, .. rowShape], HeaderBytes));
        output.Commit(options);
    }

    /// <summary>Without <see cref="Complete"/>, deletes what was written.</summary>
    public void Dispose() => output.Dispose();
}
