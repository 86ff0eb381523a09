using System.Collections;

namespace TorchSharp.Utils;

/// <summary>
/// The elements of a tensor as a flat row-major sequence. Reads CPU memory in place; a copy is made only for another device or for a
/// tensor that is not contiguous, and is managed memory, so nothing is left behind in a scope.
/// </summary>
public sealed unsafe class TensorAccessor<T> : IDisposable, IEnumerable<T> where T : unmanaged
{
    private readonly torch.Tensor _source;
    private readonly T* _data;
    private readonly T[]? _copy;

    internal TensorAccessor(torch.Tensor tensor)
    {
        _source = tensor;
        Count = tensor.numel();
        if (tensor.device_type == DeviceType.CPU && tensor.is_contiguous())
        {
            _data = (T*)tensor.DataPointer();
            return;
        }
        using torch.Tensor detached = tensor.detach();
        using torch.Tensor host = detached.cpu();
        using torch.Tensor plain = host.contiguous();
        _copy = GC.AllocateUninitializedArray<T>(checked((int)Count), pinned: true);
        plain.Elements<T>().CopyTo(_copy);
        _data = (T*)System.Runtime.InteropServices.Marshal.UnsafeAddrOfPinnedArrayElement(_copy, 0);
    }

    /// <summary>How many elements there are.</summary>
    public long Count { get; }

    /// <summary>The element at a row-major position; setting writes into the tensor's own memory.</summary>
    public T this[params long[] indices]
    {
        get => _data[Flat(indices)];
        set
        {
            if (_copy is not null)
                throw new InvalidOperationException($"the accessor holds a copy of {_source.Brief()}: writing would not reach the tensor.");
            _data[Flat(indices)] = value;
        }
    }

    /// <summary>The elements in place, as long as the tensor is alive.</summary>
    public Span<T> AsSpan()
    {
        Alive();
        return new Span<T>(_data, checked((int)Count));
    }

    public T[] ToArray() => AsSpan().ToArray();

    public void CopyTo(T[] array, int arrayIndex = 0, long tensorIndex = 0) => CopyTo(array.AsSpan(), arrayIndex, tensorIndex);

    public void CopyTo(Span<T> array, int arrayIndex = 0, long tensorIndex = 0) =>
        AsSpan()[checked((int)tensorIndex)..].CopyTo(array[arrayIndex..]);

    public void CopyFrom(T[] array, int arrayIndex = 0, long tensorIndex = 0) =>
        CopyFrom((ReadOnlySpan<T>)array.AsSpan(arrayIndex), tensorIndex);

    public void CopyFrom(ReadOnlySpan<T> array, long tensorIndex = 0)
    {
        if (_copy is not null)
            throw new InvalidOperationException($"the accessor holds a copy of {_source.Brief()}: writing would not reach the tensor.");
        array.CopyTo(AsSpan()[checked((int)tensorIndex)..]);
    }

    /// <summary>The elements as an array of the tensor's shape.</summary>
    public Array ToNDArray()
    {
        Alive();
        long[] shape = _source.shape;
        if (shape.Length == 0) return new[] { _data[0] };
        Array array = Array.CreateInstance(typeof(T), shape);
        if (Count == 0) return array;
        System.Runtime.InteropServices.GCHandle pin = System.Runtime.InteropServices.GCHandle.Alloc(
            array, System.Runtime.InteropServices.GCHandleType.Pinned);
        try
        {
            AsSpan().CopyTo(new Span<T>((void*)pin.AddrOfPinnedObject(), checked((int)Count)));
        }
        finally
        {
            pin.Free();
        }
        return array;
    }

    public IEnumerator<T> GetEnumerator() => ((IEnumerable<T>)ToArray()).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Nothing is held; here so that code written for a native accessor compiles.</summary>
    public void Dispose() { }

    private void Alive() => _ = _source.Handle;

    private long Flat(long[] indices)
    {
        Alive();
        if (indices.Length == 1)
        {
            if ((ulong)indices[0] >= (ulong)Count) throw new IndexOutOfRangeException($"element {indices[0]} of {Count}.");
            return indices[0];
        }
        long[] shape = _source.shape;
        if (indices.Length != shape.Length) throw new ArgumentException($"{indices.Length} indices for {_source.Brief()}.");
        long flat = 0;
        for (int i = 0; i < shape.Length; i++)
        {
            if ((ulong)indices[i] >= (ulong)shape[i])
                throw new IndexOutOfRangeException($"index {indices[i]} in dimension {i} of {_source.Brief()}.");
            flat = (flat * shape[i]) + indices[i];
        }
        return flat;
    }
}
