namespace ITContrast.Torch;

/// <summary>
/// Products of bf16 rows on the processor's matrix tiles (AMX), summed in fp32, block by block: for code that reads a block of a large product once, while it
/// is in cache.
/// <code>P = A·Bᵀ        A [rows, D], B [columns, D] bf16,  P fp32</code>
/// On one core they reach 1 TFLOP/s where libtorch's own bf16 product of large matrices reaches 0.2.
/// Sides, widths and strides are multiples of <see cref="Multiple"/>: pad widths with zeros; what is in padded rows does not matter.
/// </summary>
public static unsafe class BFloat16Tiles
{
    /// <summary>What every side, width and stride is a multiple of.</summary>
    public const int Multiple = 32;

    /// <summary>Whether the processor has them and the system lets this process use them; with TorchSharp's packages never.</summary>
    public static bool Available { get; } = Find();

    /// <summary><paramref name="size"/>, or the next multiple above it.</summary>
    public static int Padded(int size) => (size + Multiple - 1) / Multiple * Multiple;

    /// <summary>Brings rows of B into the order that tiles read.</summary>
    /// <param name="rows">bf16 values, <paramref name="stride"/> apart from row to row.</param>
    /// <param name="stride">At least the width.</param>
    /// <param name="count">Rows.</param>
    /// <param name="width">D.</param>
    /// <param name="panel">Room for count × width values.</param>
    /// <exception cref="PlatformNotSupportedException">There are no tiles.</exception>
    public static void Pack(ushort* rows, int stride, int count, int width, ushort* panel)
    {
        Require(stride, count, width);
#if TORCH_SYSTEM
        Native.itc_tiles_pack(rows, stride, count, width, panel);
#endif
    }

    /// <summary>P of rows of A and a packed panel of B.</summary>
    /// <param name="rows">bf16 values, <paramref name="stride"/> apart from row to row.</param>
    /// <param name="stride">At least the width.</param>
    /// <param name="count">Rows of A.</param>
    /// <param name="panel">As <see cref="Pack"/> leaves it.</param>
    /// <param name="columns">Rows of B in the panel.</param>
    /// <param name="width">D.</param>
    /// <param name="product">P, <paramref name="step"/> values apart from row to row; overwritten.</param>
    /// <param name="step">At least the columns.</param>
    /// <exception cref="PlatformNotSupportedException">There are no tiles.</exception>
    public static void Multiply(ushort* rows, int stride, int count, ushort* panel, int columns, int width, float* product, int step)
    {
        Require(stride, count, width);
        Require(step, columns, width);
#if TORCH_SYSTEM
        Native.itc_tiles_multiply(rows, stride, count, panel, columns, width, product, step);
#endif
    }

    private static void Require(int stride, int side, int width)
    {
        if (!Available)
            throw new PlatformNotSupportedException(
                $"This processor has no bf16 tiles, or this torch cannot reach them; ask {nameof(BFloat16Tiles)}.{nameof(Available)} first.");
        if ((stride | side | width) % Multiple != 0)
            throw new ArgumentException(
                $"Sides, widths and strides are multiples of {Multiple}; found a stride of {stride}, a side of {side} and a width of {width}.");
    }

#if TORCH_SYSTEM
    private static bool Find() => Native.itc_tiles() != 0;
#else
    private static bool Find() => false;
#endif
}
