using System.Runtime.InteropServices;

namespace ITContrast.Torch.Tests.Precision;

public sealed unsafe class BFloat16TilesTests
{
    // Small integers are bf16 values, and so are their sums fp32 values: every score is exact, in whatever order it is summed.
    [Theory, InlineData(32, 32, 32, 0), InlineData(96, 64, 160, 0), InlineData(64, 96, 64, 96), InlineData(32, 1024, 32, 32)]
    public void A_product_is_the_sum_of_products_and_nothing_else_is_written(int rows, int columns, int width, int more)
    {
        if (!BFloat16Tiles.Available) Assert.Skip("this processor has no bf16 tiles, or this torch does not reach them");
        int stride = width + more, step = columns + more;
        var random = new Random(1);
        int[] a = Values(rows * stride), b = Values(columns * stride);
        ushort* left = Memory(a), right = Memory(b), panel = Memory(new int[columns * width]);
        var product = (float*)NativeMemory.AlignedAlloc((nuint)(rows * step) * sizeof(float), 64);
        new Span<float>(product, rows * step).Fill(float.NaN);
        BFloat16Tiles.Pack(right, stride, columns, width, panel);
        BFloat16Tiles.Multiply(left, stride, rows, panel, columns, width, product, step);
        for (int i = 0; i < rows; i++)
            for (int j = 0; j < step; j++)
            {
                int sum = 0;
                for (int k = 0; k < width && j < columns; k++) sum += a[i * stride + k] * b[j * stride + k];
                if (j < columns) Assert.Equal(sum, product[i * step + j]);
                else Assert.True(float.IsNaN(product[i * step + j]));
            }
        foreach (nint memory in new[] { (nint)left, (nint)right, (nint)panel }) NativeMemory.AlignedFree((void*)memory);
        NativeMemory.AlignedFree(product);

        int[] Values(int count) => [.. Enumerable.Range(0, count).Select(_ => random.Next(-100, 101))];
    }

    [Fact]
    public void Sides_that_tiles_do_not_have_are_refused()
    {
        Assert.Equal((0, 32, 32, 64), (BFloat16Tiles.Padded(0), BFloat16Tiles.Padded(1), BFloat16Tiles.Padded(32), BFloat16Tiles.Padded(33)));
        if (!BFloat16Tiles.Available)
        {
            Assert.Contains(
                nameof(BFloat16Tiles.Available),
                Assert.Throws<PlatformNotSupportedException>(() => BFloat16Tiles.Pack(null, 32, 32, 32, null)).Message);
            return;
        }
        Assert.Contains("multiples of 32", Assert.Throws<ArgumentException>(() => BFloat16Tiles.Pack(null, 32, 33, 32, null)).Message);
        Assert.Contains("a stride of 48", Assert.Throws<ArgumentException>(() => BFloat16Tiles.Multiply(null, 48, 32, null, 32, 32, null, 32)).Message);
    }

    private static ushort* Memory(int[] values)
    {
        var memory = (ushort*)NativeMemory.AlignedAlloc((nuint)values.Length * sizeof(ushort), 64);
        for (int i = 0; i < values.Length; i++) memory[i] = (ushort)(BitConverter.SingleToUInt32Bits(values[i]) >> 16);
        return memory;
    }
}
