using static TorchSharp.torch;

namespace ITContrast.Evaluation.Ranking;

/// <summary>
/// Scores by torch's bf16 matrix product, whose results are bf16 too. That rounding of f costs the bound nothing: it is monotone, so f ≤ x implies
/// bf16(f) ≤ x rounded up to bf16, and a tile value above that proves f > x.
/// </summary>
internal sealed class BFloat16Product(Rows first, Rows second) : RoundedProduct(first, second)
{
    public override float RoundUp(double value) => -RoundDown(-value);

    public override float RoundDown(double value)
    {
        float single = Outwards.Down(value);
        if (!float.IsFinite(single)) return single;
        uint bits = BitConverter.SingleToUInt32Bits(single), kept = bits & 0xffff0000;
        // Truncation moves towards zero, which is up for a negative value.
        return BitConverter.UInt32BitsToSingle(single < 0 && kept != bits ? kept + 0x10000 : kept);
    }

    public override IScoreTile NewTile(int rows, int columns) => new Tile(Left, Right, rows, columns);

    private sealed unsafe class Tile(BFloat16Rows left, BFloat16Rows right, int maxRows, int maxColumns) : IScoreTile
    {
        private readonly TileBuffer buffer = new(maxRows, maxColumns, ScalarType.BFloat16);
        private int rows, columns;

        public void Fill(int row, int rows, int column, int columns)
        {
            (this.rows, this.columns) = (rows, columns);
            using Tensor a = left.Tensor.narrow(0, row, rows), b = right.Tensor.narrow(0, column, columns);
            buffer.Multiply(a, b);
        }

        public int Count(Bands rowBand, Bands columnBand, int* rowGreater, int* columnGreater, uint* undecided, int capacity) =>
            TileCounter.Count<ushort, BFloat16Element>(
                (ushort*)buffer.Data, columns, rows, columns, rowBand, columnBand, rowGreater, columnGreater, undecided, capacity);

        public int CountRow(int row, float low, float high, int* undecided, out int listed) =>
            TileCounter.CountRow<ushort, BFloat16Element>((ushort*)buffer.Data + (long)row * columns, columns, low, high, undecided, out listed);

        public void Dispose() => buffer.Dispose();
    }
}
