namespace ITContrast.Torch;

/// <summary>
/// What one element of a stored tensor is. The numbers are those of torch's <c>ScalarType</c>, on every provider, so that a cast converts.
/// </summary>
public enum ElementType
{
    /// <summary>Unsigned 8-bit integer.</summary>
    UInt8 = 0,
    /// <summary>Signed 8-bit integer.</summary>
    Int8 = 1,
    /// <summary>Signed 16-bit integer.</summary>
    Int16 = 2,
    /// <summary>Signed 32-bit integer.</summary>
    Int32 = 3,
    /// <summary>Signed 64-bit integer.</summary>
    Int64 = 4,
    /// <summary>IEEE half precision.</summary>
    Float16 = 5,
    /// <summary>IEEE single precision.</summary>
    Float32 = 6,
    /// <summary>IEEE double precision.</summary>
    Float64 = 7,
    /// <summary>Two single-precision numbers.</summary>
    Complex64 = 9,
    /// <summary>Two double-precision numbers.</summary>
    Complex128 = 10,
    /// <summary>One byte, 0 or 1.</summary>
    Bool = 11,
    /// <summary>The upper half of a single-precision number.</summary>
    BFloat16 = 15,
    /// <summary>Unsigned 16-bit integer; readable as bytes, no tensor of torch 1.13 holds it.</summary>
    UInt16 = 27,
    /// <summary>Unsigned 32-bit integer; readable as bytes, no tensor of torch 1.13 holds it.</summary>
    UInt32 = 28,
    /// <summary>Unsigned 64-bit integer; readable as bytes, no tensor of torch 1.13 holds it.</summary>
    UInt64 = 29,
}

/// <summary>Sizes of element types and the managed types that hold them.</summary>
public static class ElementTypes
{
    /// <summary>Bytes of one element.</summary>
    public static int Size(this ElementType type) => type switch
    {
        ElementType.UInt8 or ElementType.Int8 or ElementType.Bool => 1,
        ElementType.Int16 or ElementType.Float16 or ElementType.BFloat16 or ElementType.UInt16 => 2,
        ElementType.Int32 or ElementType.Float32 or ElementType.UInt32 => 4,
        ElementType.Int64 or ElementType.Float64 or ElementType.Complex64 or ElementType.UInt64 => 8,
        ElementType.Complex128 => 16,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "Not an element type."),
    };

    /// <summary>The element type that a managed array of <typeparamref name="T"/> is stored as.</summary>
    /// <exception cref="ArgumentException"><typeparamref name="T"/> has no element type.</exception>
    public static ElementType Of<T>() where T : unmanaged =>
        typeof(T) == typeof(float) ? ElementType.Float32
        : typeof(T) == typeof(double) ? ElementType.Float64
        : typeof(T) == typeof(long) ? ElementType.Int64
        : typeof(T) == typeof(int) ? ElementType.Int32
        : typeof(T) == typeof(short) ? ElementType.Int16
        : typeof(T) == typeof(sbyte) ? ElementType.Int8
        : typeof(T) == typeof(byte) ? ElementType.UInt8
        : typeof(T) == typeof(bool) ? ElementType.Bool
        : typeof(T) == typeof(Half) ? ElementType.Float16
        : typeof(T) == typeof(ushort) ? ElementType.UInt16
        : typeof(T) == typeof(uint) ? ElementType.UInt32
        : typeof(T) == typeof(ulong) ? ElementType.UInt64
        : throw new ArgumentException($"No stored element type corresponds to {typeof(T)}.");

    /// <summary>
    /// Whether stored elements may be looked at as <typeparamref name="T"/> in place. Bool is read as <c>byte</c>, because a file may hold bytes
    /// other than 0 and 1; BFloat16 as <c>ushort</c>.
    /// </summary>
    internal static bool ReadableAs<T>(this ElementType type) where T : unmanaged => type switch
    {
        ElementType.Bool => typeof(T) == typeof(byte),
        ElementType.BFloat16 => typeof(T) == typeof(ushort),
        ElementType.Complex64 or ElementType.Complex128 => false,
        _ => typeof(T) != typeof(bool) && type == Of<T>(),
    };

    /// <summary>Element count of a shape, or null where it is negative or overflows.</summary>
    internal static long? Count(ReadOnlySpan<long> shape)
    {
        long count = 1;
        bool empty = false;
        foreach (long extent in shape)
        {
            if (extent < 0) return null;
            if (extent == 0) empty = true;
            else if (count > long.MaxValue / extent) return null;
            else count *= extent;
        }
        return empty ? 0 : count;
    }
}
