namespace ITContrast.Torch;

public sealed unsafe partial class TensorView
{
    /// <summary>Copies floating-point elements, whatever their precision, as single precision.</summary>
    /// <param name="start">The first element, in C order.</param>
    /// <param name="destination">Filled whole.</param>
    /// <exception cref="InvalidOperationException">The file holds no floating-point numbers here, or the view is not contiguous.</exception>
    public void ReadFloats(long start, Span<float> destination)
    {
        switch (Type)
        {
            case ElementType.Float32:
                Span<float>(start, destination.Length).CopyTo(destination);
                break;
            case ElementType.Float16:
                ReadOnlySpan<Half> halves = Span<Half>(start, destination.Length);
                for (int i = 0; i < halves.Length; i++) destination[i] = (float)halves[i];
                break;
            case ElementType.BFloat16:
                ReadOnlySpan<ushort> uppers = Span<ushort>(start, destination.Length);
                for (int i = 0; i < uppers.Length; i++) destination[i] = BitConverter.UInt32BitsToSingle((uint)uppers[i] << 16);
                break;
            case ElementType.Float64:
                ReadOnlySpan<double> doubles = Span<double>(start, destination.Length);
                for (int i = 0; i < doubles.Length; i++) destination[i] = (float)doubles[i];
                break;
            default:
                throw new InvalidOperationException($"{storage.Path}: '{Name}' holds {Type}; expected floating-point numbers.");
        }
    }

    /// <summary>Copies integers (or bools as 0 and 1), whatever their width, as 64-bit ones.</summary>
    /// <param name="start">The first element, in C order.</param>
    /// <param name="destination">Filled whole.</param>
    /// <exception cref="InvalidOperationException">The file holds no integers here, or the view is not contiguous.</exception>
    /// <exception cref="OverflowException">An unsigned 64-bit number is 2⁶³ or more.</exception>
    public void ReadIntegers(long start, Span<long> destination)
    {
        switch (Type)
        {
            case ElementType.Int64: Span<long>(start, destination.Length).CopyTo(destination); break;
            case ElementType.Int32: Widen(Span<int>(start, destination.Length), destination); break;
            case ElementType.Int16: Widen(Span<short>(start, destination.Length), destination); break;
            case ElementType.Int8: Widen(Span<sbyte>(start, destination.Length), destination); break;
            case ElementType.UInt8: Widen(Span<byte>(start, destination.Length), destination); break;
            case ElementType.Bool:
                ReadOnlySpan<byte> bits = Span<byte>(start, destination.Length);
                for (int i = 0; i < bits.Length; i++) destination[i] = bits[i] != 0 ? 1 : 0;
                break;
            case ElementType.UInt16: Widen(Span<ushort>(start, destination.Length), destination); break;
            case ElementType.UInt32: Widen(Span<uint>(start, destination.Length), destination); break;
            case ElementType.UInt64: Widen(Span<ulong>(start, destination.Length), destination); break;
            default: throw new InvalidOperationException($"{storage.Path}: '{Name}' holds {Type}; expected integers.");
        }
    }

    private static void Widen<T>(ReadOnlySpan<T> from, Span<long> to) where T : System.Numerics.INumber<T>
    {
        for (int i = 0; i < from.Length; i++) to[i] = long.CreateChecked(from[i]);
    }
}
