using ITContrast.Torch;

namespace TorchSharp;

/// <summary>A number that an operator takes beside tensors: an integer, a floating-point number or a truth value.</summary>
public sealed class Scalar : IDisposable
{
    internal readonly long Bits;
    internal readonly ArgKind Kind;

    private Scalar(ArgKind kind, long bits)
    {
        Kind = kind;
        Bits = bits;
    }

    public torch.ScalarType Type => Kind switch
    {
        ArgKind.Bool => torch.ScalarType.Bool,
        ArgKind.Int => torch.ScalarType.Int64,
        _ => torch.ScalarType.Float64,
    };

    public static implicit operator Scalar(byte value) => new(ArgKind.Int, value);
    public static implicit operator Scalar(sbyte value) => new(ArgKind.Int, value);
    public static implicit operator Scalar(short value) => new(ArgKind.Int, value);
    public static implicit operator Scalar(int value) => new(ArgKind.Int, value);
    public static implicit operator Scalar(long value) => new(ArgKind.Int, value);
    public static implicit operator Scalar(float value) => new(ArgKind.Double, BitConverter.DoubleToInt64Bits(value));
    public static implicit operator Scalar(double value) => new(ArgKind.Double, BitConverter.DoubleToInt64Bits(value));
    public static implicit operator Scalar(Half value) => (double)value;
    public static implicit operator Scalar(bool value) => new(ArgKind.Bool, value ? 1 : 0);

    public double ToDouble() => Kind == ArgKind.Double ? BitConverter.Int64BitsToDouble(Bits) : Bits;
    public float ToSingle() => (float)ToDouble();
    public long ToInt64() => Kind == ArgKind.Double ? (long)ToDouble() : Bits;
    public int ToInt32() => checked((int)ToInt64());
    public bool ToBoolean() => ToDouble() != 0;

    /// <summary>Nothing is held; here so that code written for a native scalar compiles.</summary>
    public void Dispose() { }

    public override string ToString() => Kind switch
    {
        ArgKind.Bool => ToBoolean().ToString(),
        ArgKind.Int => Bits.ToString(System.Globalization.CultureInfo.InvariantCulture),
        _ => ToDouble().ToString(System.Globalization.CultureInfo.InvariantCulture),
    };
}

/// <summary>Numbers as scalars, said aloud.</summary>
public static class ScalarExtensionMethods
{
    public static Scalar ToScalar(this int value) => value;
    public static Scalar ToScalar(this long value) => value;
    public static Scalar ToScalar(this float value) => value;
    public static Scalar ToScalar(this double value) => value;
    public static Scalar ToScalar(this bool value) => value;
}
