using System.Runtime.CompilerServices;

namespace ITContrast.Torch;

/// <summary>
/// A tensor in an open file: its name, type, shape and bytes in place. It needs no torch, and is valid until the file is disposed.
/// </summary>
public sealed unsafe partial class TensorView
{
    private readonly StoredBytes storage;
    private readonly long offset;

    // The offset is counted in elements from the storage's first byte.
    internal TensorView(string name, ElementType type, long[] shape, long[] strides, StoredBytes storage, long offset = 0)
    {
        (Name, Type, Shape, Strides, this.storage, this.offset) = (name, type, Array.AsReadOnly(shape), Array.AsReadOnly(strides), storage, offset);
        Count = ElementTypes.Count(shape) ?? throw new ArgumentException("A shape overflows.", nameof(shape));
        IsContiguous = Count == 0 || Contiguous(shape, strides);
    }

    /// <summary>The name in its file.</summary>
    public string Name { get; }

    /// <summary>What one element is.</summary>
    public ElementType Type { get; }

    /// <summary>Extents, outermost first; empty for a scalar.</summary>
    public IReadOnlyList<long> Shape { get; }

    /// <summary>Distance between neighbours along each axis, in elements.</summary>
    public IReadOnlyList<long> Strides { get; }

    /// <summary>Number of elements.</summary>
    public long Count { get; }

    /// <summary>Bytes of all elements.</summary>
    public long ByteLength => Count * Type.Size();

    /// <summary>Whether the elements lie one after the other in C order, so that spans can be taken.</summary>
    public bool IsContiguous { get; }

    /// <summary>Elements in place, in C order.</summary>
    /// <param name="start">The first element.</param>
    /// <param name="count">How many; a span ends at 2³¹ elements, take larger tensors in pieces.</param>
    /// <exception cref="InvalidOperationException"><typeparamref name="T"/> is not what the file holds, or the view is not contiguous.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The range leaves the tensor.</exception>
    public ReadOnlySpan<T> Span<T>(long start, int count) where T : unmanaged
    {
        if (!Type.ReadableAs<T>())
            throw new InvalidOperationException($"{storage.Path}: '{Name}' holds {Type}, which cannot be looked at as {typeof(T).Name}.");
        if (!IsContiguous) throw new InvalidOperationException($"{storage.Path}: '{Name}' is a view with gaps between elements; copy it with ToArray.");
        CheckRange(start, count);
        int size = Type.Size();
        return new ReadOnlySpan<T>(storage.At((offset + start) * size, (long)count * size), count);
    }

    /// <summary>All elements in place.</summary>
    public ReadOnlySpan<T> Span<T>() where T : unmanaged => Span<T>(0, checked((int)Count));

    /// <summary>A copy of all elements in C order, whatever the strides.</summary>
    public T[] ToArray<T>() where T : unmanaged
    {
        if (IsContiguous) return Span<T>().ToArray();
        if (!Type.ReadableAs<T>())
            throw new InvalidOperationException($"{storage.Path}: '{Name}' holds {Type}, which cannot be looked at as {typeof(T).Name}.");
        if (Count > Array.MaxLength) throw new InvalidOperationException($"{storage.Path}: '{Name}' has {Count} elements, more than an array holds.");
        var values = new T[Count];
        int size = Type.Size();
        var index = new long[Shape.Count];
        for (long i = 0, at = offset; i < values.Length; i++)
        {
            values[i] = Unsafe.ReadUnaligned<T>(storage.At(at * size, size));
            for (int axis = index.Length - 1; axis >= 0; axis--)
            {
                at += Strides[axis];
                if (++index[axis] < Shape[axis]) break;
                at -= index[axis] * Strides[axis];
                index[axis] = 0;
            }
        }
        return values;
    }

    internal TensorView Named(string name) => new(name, Type, [.. Shape], [.. Strides], storage, offset);

    private void CheckRange(long start, long count)
    {
        if (start < 0 || count < 0 || start > Count - count)
            throw new ArgumentOutOfRangeException(nameof(start), start, $"{storage.Path}: {count} elements from {start} leave '{Name}', which has {Count}.");
    }

    internal static long[] RowMajor(ReadOnlySpan<long> shape)
    {
        var strides = new long[shape.Length];
        for (long axis = shape.Length - 1, step = 1; axis >= 0; axis--)
        {
            strides[axis] = step;
            step *= Math.Max(1, shape[(int)axis]);
        }
        return strides;
    }

    private static bool Contiguous(long[] shape, long[] strides)
    {
        long step = 1;
        for (int axis = shape.Length - 1; axis >= 0; axis--)
        {
            if (shape[axis] == 1) continue;
            if (strides[axis] != step) return false;
            step *= shape[axis];
        }
        return true;
    }
}
