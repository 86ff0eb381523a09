using System.Runtime.InteropServices;
using ITContrast.Evaluation.Ranking;

namespace ITContrast.Tests.Evaluation.Ranking;

/// <summary>
/// The worst product that keeps its word: every score is off by a random error of up to the bound (or, to test the guard, by more).
/// </summary>
internal sealed class WobblyProduct(Rows first, Rows second, double bound, double excess = 1) : IScoreProduct
{
    public double FirstBound(int row) => bound;
    public double SecondBound(int row) => bound;
    public float RoundUp(double value) => (float)value >= value ? (float)value : MathF.BitIncrement((float)value);
    public float RoundDown(double value) => (float)value <= value ? (float)value : MathF.BitDecrement((float)value);
    public IScoreTile NewTile(int rows, int columns) => new Tile(this, rows * columns);
    public void Dispose() { }

    private sealed unsafe class Tile(WobblyProduct product, int size) : IScoreTile
    {
        private readonly float* scores = (float*)NativeMemory.Alloc((nuint)size, sizeof(float));
        private readonly Random random = new(7);
        private int rows, columns;

        public int CountRow(int row, float low, float high, int* undecided, out int listed) =>
            TileCounter.CountRow<float, SingleElement>(scores + row * columns, columns, low, high, undecided, out listed);

        public void Fill(int row, int rows, int column, int columns)
        {
            (this.rows, this.columns) = (rows, columns);
            for (int i = 0; i < rows; i++)
                for (int j = 0; j < columns; j++)
                {
                    double exact = DefinedScore.Dot(product.First[row + i], product.Second[column + j], product.First.Width);
                    // 0.999 leaves room for the rounding to fp32 below.
                    double wobble = product.Excess * 0.999 * product.Bound * (random.Next(2) == 0 ? 1 : -1);
                    scores[i * columns + j] = (float)(exact + wobble);
                }
        }

        public int Count(Bands rowBand, Bands columnBand, int* rowGreater, int* columnGreater, uint* undecided, int capacity) =>
            TileCounter.Count<float, SingleElement>(scores, columns, rows, columns, rowBand, columnBand, rowGreater, columnGreater, undecided, capacity);

        public void Dispose() => NativeMemory.Free(scores);
    }

    private Rows First => first;
    private Rows Second => second;
    private double Bound => bound;
    private double Excess => excess;
}
