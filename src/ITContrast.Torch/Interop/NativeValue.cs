using System.Runtime.InteropServices;

namespace ITContrast.Torch;

/// <summary>Kinds of an argument or a result, numbered as in native/shim.h.</summary>
internal enum ArgKind
{
    Default, None, Tensor, TensorList, Int, IntList, Double, DoubleList, Bool, String, Device, Generator, BoolList,

    /// <summary>Managed only: an <see cref="IntList"/> whose numbers lie in an array that the call copies.</summary>
    IntArray,

    /// <summary>Managed only: a <see cref="DoubleList"/> whose numbers lie in an array that the call copies.</summary>
    DoubleArray,
}

/// <summary>One argument or result as native/shim.h lays it out.</summary>
[StructLayout(LayoutKind.Explicit, Size = 16)]
internal struct NativeValue
{
    [FieldOffset(0)] internal ArgKind Kind;
    [FieldOffset(4)] internal int Length;
    [FieldOffset(8)] internal long Int;
    [FieldOffset(8)] internal double Double;
    [FieldOffset(8)] internal IntPtr Pointer;
}
