using System.Runtime.InteropServices;
using ITContrast.Torch;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        internal Tensor Needing(bool gradient) => gradient ? requires_grad_() : this;
    }

    private static void NoNames(string[]? names)
    {
        if (names is not null) throw new NotSupportedException("named dimensions are not supported: pass no names.");
    }

    private static unsafe Tensor Filled(
        ReadOnlySpan<long> size, int fill, ScalarType? dtype, Device? device, bool requires_grad, string[]? names)
    {
        NoNames(names);
        Device where = device ?? s_defaultDevice;
        fixed (long* p = size)
        {
            IntPtr handle = Native.itc_new(p, size.Length, (int)(dtype ?? s_defaultDtype), (int)where.type, where.index, fill);
            return new Tensor(Native.Check(handle, fill == 0 ? "empty" : fill == 1 ? "zeros" : "ones")).Needing(requires_grad);
        }
    }

    internal static ScalarType TypeOf<T>() where T : unmanaged => TypeOf(typeof(T));

    private static ScalarType TypeOf(Type type) =>
        type == typeof(float) ? ScalarType.Float32
        : type == typeof(double) ? ScalarType.Float64
        : type == typeof(long) ? ScalarType.Int64
        : type == typeof(int) ? ScalarType.Int32
        : type == typeof(short) ? ScalarType.Int16
        : type == typeof(sbyte) ? ScalarType.Int8
        : type == typeof(byte) ? ScalarType.Byte
        : type == typeof(bool) ? ScalarType.Bool
        : type == typeof(Half) ? ScalarType.Float16
        : throw new ArgumentException($"there is no tensor element type for {type.Name}.");

    private static T[] Flat<T>(IList<T> list) => list as T[] ?? [.. list];

    internal static unsafe Tensor FromSpan<T>(
        ReadOnlySpan<T> values, ReadOnlySpan<long> size, ScalarType? dtype, Device? device, bool requires_grad, string[]? names)
        where T : unmanaged
    {
        NoNames(names);
        long elements = 1;
        foreach (long n in size) elements *= n;
        if (elements != values.Length)
            throw new ArgumentException($"{values.Length} values do not fill the shape [{string.Join(", ", size.ToArray())}].");
        IntPtr handle;
        fixed (T* p = values)
        fixed (long* s = size)
            handle = Native.Check(Native.itc_copy_in(p, s, size.Length, (int)TypeOf<T>()), "tensor");
        return Placed(new Tensor(handle), dtype, device).Needing(requires_grad);
    }

    private static Tensor FromGrid<T>(
        Array values, ScalarType? dtype, Device? device, bool requires_grad, string[]? names) where T : unmanaged
    {
        long[] size = new long[values.Rank];
        for (int i = 0; i < size.Length; i++) size[i] = values.GetLongLength(i);
        ReadOnlySpan<T> flat = values.Length == 0 ? default
            : MemoryMarshal.CreateReadOnlySpan(
                ref System.Runtime.CompilerServices.Unsafe.As<byte, T>(ref MemoryMarshal.GetArrayDataReference(values)), values.Length);
        return FromSpan(flat, size, dtype, device, requires_grad, names);
    }

    private static Tensor Placed(Tensor host, ScalarType? dtype, Device? device)
    {
        Device where = device ?? s_defaultDevice;
        if ((dtype is null || dtype == host.dtype) && where.type == DeviceType.CPU) return host;
        Tensor placed = host.to(dtype ?? host.dtype, where);
        host.Dispose();
        return placed;
    }

    /// <summary>A copy of a managed array of any rank.</summary>
    public static Tensor from_array(
        Array rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null)
    {
        Type element = rawArray.GetType().GetElementType()!;
        return TypeOf(element) switch
        {
            ScalarType.Float32 => FromGrid<float>(rawArray, dtype, device, requires_grad, names),
            ScalarType.Float64 => FromGrid<double>(rawArray, dtype, device, requires_grad, names),
            ScalarType.Int64 => FromGrid<long>(rawArray, dtype, device, requires_grad, names),
            ScalarType.Int32 => FromGrid<int>(rawArray, dtype, device, requires_grad, names),
            ScalarType.Int16 => FromGrid<short>(rawArray, dtype, device, requires_grad, names),
            ScalarType.Int8 => FromGrid<sbyte>(rawArray, dtype, device, requires_grad, names),
            ScalarType.Byte => FromGrid<byte>(rawArray, dtype, device, requires_grad, names),
            ScalarType.Bool => FromGrid<bool>(rawArray, dtype, device, requires_grad, names),
            _ => FromGrid<Half>(rawArray, dtype, device, requires_grad, names),
        };
    }

    /// <summary>A one-dimensional tensor over a managed array's own memory, which stays pinned as long as the tensor or a view of it lives.</summary>
    /// <param name="rawArray">The array.</param>
    /// <param name="dtype">The tensor's type; another one than the array's converts, and the tensor is a copy.</param>
    /// <param name="count">Elements; -1 for all that follow the offset.</param>
    /// <param name="offset">Elements to skip (PyTorch's function of this name counts bytes).</param>
    /// <param name="requires_grad">Whether gradients are recorded.</param>
    public static unsafe Tensor frombuffer(Array rawArray, ScalarType dtype, long count = -1, long offset = 0, bool requires_grad = false)
    {
        ScalarType own = TypeOf(rawArray.GetType().GetElementType()!);
        long length = rawArray.LongLength;
        if (offset < 0 || offset > length) throw new ArgumentException($"offset {offset} is outside of an array of {length} elements.", nameof(offset));
        if (count < 0) count = length - offset;
        if (count > length - offset) throw new IndexOutOfRangeException($"{count} elements from element {offset} on do not fit in an array of {length}.");
        GCHandle pin = GCHandle.Alloc(rawArray, GCHandleType.Pinned);
        IntPtr handle = Native.itc_over_memory(
            (byte*)pin.AddrOfPinnedObject() + (offset * own.ElementSize()), &count, null, 1, (int)own, &Unpin, GCHandle.ToIntPtr(pin));
        if (handle == IntPtr.Zero) pin.Free();
        return Placed(new Tensor(Native.Check(handle, "frombuffer")), dtype, CPU).Needing(requires_grad);
    }

    [UnmanagedCallersOnly]
    private static void Unpin(IntPtr handle) => GCHandle.FromIntPtr(handle).Free();
}
