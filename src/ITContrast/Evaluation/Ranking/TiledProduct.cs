using System.Runtime.InteropServices;
using ITContrast.Torch;

namespace ITContrast.Evaluation.Ranking;

/// <summary>Scores of bf16 rows on the processor's matrix tiles, left in fp32, in blocks that stay in its second cache until they are counted.</summary>
internal sealed class TiledProduct(Rows first, Rows second) : RoundedProduct(first, second)
{
    // Of a core's 2 MB: a packed panel of the second matrix, passed once for every 32 rows of the first; and the scores.
    private const int PanelBytes = 1 << 20, ScoreBytes = 1 << 19;

    private readonly int width = second.Width;

    public override TileShape? Hot
    {
        get
        {
            int columns = Math.Clamp(PanelBytes / (2 * BFloat16Tiles.Padded(width)), 128, 1024) / BFloat16Tiles.Multiple * BFloat16Tiles.Multiple;
            return new(ScoreBytes / (sizeof(float) * columns) / BFloat16Tiles.Multiple * BFloat16Tiles.Multiple, columns);
        }
    }

    public override float RoundUp(double value) => Outwards.Up(value);

    public override float RoundDown(double value) => Outwards.Down(value);

    public override IScoreTile NewTile(int rows, int columns) => new Tile(Left, Right, rows, columns);

    private sealed unsafe class Tile : IScoreTile
    {
        private readonly BFloat16Rows left, right;
        private readonly int stride;
        private readonly ushort* panel;
        private readonly float* scores;
        private (int Column, int Count) packed = (-1, 0);
        private int rows, columns;

        public Tile(BFloat16Rows left, BFloat16Rows right, int maxRows, int maxColumns)
        {
            (this.left, this.right, stride) = (left, right, BFloat16Tiles.Padded(maxColumns));
            panel = (ushort*)NativeMemory.AlignedAlloc((nuint)stride * (nuint)right.Stride * sizeof(ushort), 64);
            scores = (float*)NativeMemory.AlignedAlloc((nuint)BFloat16Tiles.Padded(maxRows) * (nuint)stride * sizeof(float), 64);
        }

        public void Fill(int row, int rows, int column, int columns)
        {
            (this.rows, this.columns) = (rows, columns);
            int across = BFloat16Tiles.Padded(columns);
            if (packed != (column, columns)) BFloat16Tiles.Pack(right[column], right.Stride, across, right.Stride, panel);
            packed = (column, columns);
            BFloat16Tiles.Multiply(left[row], left.Stride, BFloat16Tiles.Padded(rows), panel, across, left.Stride, scores, stride);
        }

        public int Count(Bands rowBand, Bands columnBand, int* rowGreater, int* columnGreater, uint* undecided, int capacity) =>
            TileCounter.Count<float, SingleElement>(scores, stride, rows, columns, rowBand, columnBand, rowGreater, columnGreater, undecided, capacity);

        public int CountRow(int row, float low, float high, int* undecided, out int listed) =>
            TileCounter.CountRow<float, SingleElement>(scores + (long)row * stride, columns, low, high, undecided, out listed);

        public void Dispose()
        {
            NativeMemory.AlignedFree(panel);
            NativeMemory.AlignedFree(scores);
        }
    }
}
