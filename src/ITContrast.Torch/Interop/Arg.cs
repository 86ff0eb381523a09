using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Torch;

/// <summary>
/// One argument of an operator call. It keeps the managed object alive (a tensor, a list) until the call is over, and lives on the
/// caller's stack.
/// </summary>
internal readonly struct Arg
{
    internal readonly object? Reference;
    internal readonly long Bits;
    internal readonly ArgKind Kind;
    internal readonly int Length;

    private Arg(ArgKind kind, long bits = 0, int length = 0, object? reference = null)
    {
        Kind = kind;
        Bits = bits;
        Length = length;
        Reference = reference;
    }

    /// <summary>The schema's own default.</summary>
    internal static Arg Default => new(ArgKind.Default);

    /// <summary>An optional argument left out.</summary>
    internal static Arg None => new(ArgKind.None);

    /// <summary>Integers that the caller pins for the length of the call.</summary>
    internal static unsafe Arg Ints(long* values, int count) => new(ArgKind.IntList, (long)values, count);

    /// <summary>Integers of an array; null stands for the schema's default.</summary>
    internal static Arg Ints(long[]? values) => values is null ? Default : new(ArgKind.IntArray, 0, values.Length, values);

    /// <summary>Floating-point numbers of an array; null stands for none.</summary>
    internal static Arg Doubles(double[]? values) => values is null ? None : new(ArgKind.DoubleArray, 0, values.Length, values);

    /// <summary>A list of tensors, none of them null.</summary>
    internal static Arg List(IReadOnlyList<Tensor> tensors) => new(ArgKind.TensorList, 0, tensors.Count, tensors);

    /// <summary>A number that is left out when null.</summary>
    internal static Arg Optional(long? value) => value is null ? None : value.Value;

    /// <inheritdoc cref="Optional(long?)"/>
    internal static Arg Optional(double? value) => value is null ? None : value.Value;

    public static implicit operator Arg(Tensor? tensor) =>
        tensor is null ? None : new(ArgKind.Tensor, tensor.Handle, 0, tensor);

    public static implicit operator Arg(long value) => new(ArgKind.Int, value);
    public static implicit operator Arg(int value) => new(ArgKind.Int, value);
    public static implicit operator Arg(double value) => new(ArgKind.Double, BitConverter.DoubleToInt64Bits(value));
    public static implicit operator Arg(bool value) => new(ArgKind.Bool, value ? 1 : 0);
    public static implicit operator Arg(string? value) => value is null ? None : new(ArgKind.String, 0, 0, value);
    public static implicit operator Arg(ScalarType value) => new(ArgKind.Int, (long)value);
    public static implicit operator Arg(ScalarType? value) => value is null ? None : value.Value;
    public static implicit operator Arg(Scalar? value) => value is null ? None : new(value.Kind, value.Bits);
    public static implicit operator Arg(Device? value) => value is null ? None : new(ArgKind.Device, (long)value.type, value.index);
    public static implicit operator Arg(Generator? value) => value is null ? None : new(ArgKind.Generator, value.Handle, 0, value);
}
