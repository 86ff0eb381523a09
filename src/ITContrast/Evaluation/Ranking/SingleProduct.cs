using static TorchSharp.torch;

namespace ITContrast.Evaluation.Ranking;

/// <summary>Scores by torch's fp32 matrix product, into a buffer that is used again for every tile.</summary>
internal sealed class SingleProduct(Rows first, Rows second) : IScoreProduct
{
    private readonly double relative = ErrorBound.Single(first.Width);

    public double FirstBound(int row) => ErrorBound.Absolute(relative, first.Norms[row], second.LargestNorm, first.Width);

    public double SecondBound(int row) => ErrorBound.Absolute(relative, first.LargestNorm, second.Norms[row], first.Width);

    public float RoundUp(double value) => Outwards.Up(value);

    public float RoundDown(double value) => Outwards.Down(value);

    public IScoreTile NewTile(int rows, int columns) => new Tile(first, second, rows, columns);

    public void Dispose() { }

    private sealed unsafe class Tile(Rows first, Rows second, int maxRows, int maxColumns) : IScoreTile
    {
        private readonly Operand left = new(first, maxRows), right = new(second, maxColumns);
        private readonly TileBuffer buffer = new(maxRows, maxColumns, ScalarType.Float32);
        private int rows, columns;

        public void Fill(int row, int rows, int column, int columns)
        {
            (this.rows, this.columns) = (rows, columns);
            using Tensor a = left.At(row, rows), b = right.At(column, columns);
            buffer.Multiply(a, b);
        }

        public int Count(Bands rowBand, Bands columnBand, int* rowGreater, int* columnGreater, uint* undecided, int capacity) =>
            TileCounter.Count<float, SingleElement>(
                (float*)buffer.Data, columns, rows, columns, rowBand, columnBand, rowGreater, columnGreater, undecided, capacity);

        public int CountRow(int row, float low, float high, int* undecided, out int listed) =>
            TileCounter.CountRow<float, SingleElement>((float*)buffer.Data + (long)row * columns, columns, low, high, undecided, out listed);

        public void Dispose()
        {
            left.Dispose();
            right.Dispose();
            buffer.Dispose();
        }
    }
}
