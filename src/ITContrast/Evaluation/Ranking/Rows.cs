using System.Runtime.Intrinsics;

namespace ITContrast.Evaluation.Ranking;

/// <summary>
/// Embeddings as the ranking reads them: <c>[Count, Width]</c> fp32 rows, contiguous, in memory that <see cref="Owner"/> keeps alive. The
/// constructor makes the one check of finiteness: a row's squared norm, taken in float64, is finite exactly when all its values are.
/// </summary>
internal sealed unsafe class Rows
{
    public Rows(float* data, int count, int width, string name, object owner)
    {
        Data = data;
        (Count, Width, Name, Owner) = (count, width, name, owner);
        Norms = new double[count];
        int firstBad = count;
        Parallel.For(0, (count + 255) / 256, block =>
        {
            for (int row = block * 256; row < Math.Min(count, block * 256 + 256); row++)
            {
                double squares = SquaredNorm(this[row], width);
                if (!double.IsFinite(squares))
                {
                    for (int seen = firstBad; row < seen; seen = firstBad) Interlocked.CompareExchange(ref firstBad, row, seen);
                    return;
                }
                Norms[row] = ErrorBound.RoundedUp(Math.Sqrt(squares));
            }
        });
        if (firstBad < count) throw NonFinite(firstBad);
        foreach (double norm in Norms) LargestNorm = Math.Max(LargestNorm, norm);
    }

    public float* Data { get; }
    public int Count { get; }
    public int Width { get; }

    /// <summary>"images" or "captions", for messages.</summary>
    public string Name { get; }

    /// <summary>What keeps <see cref="Data"/> alive: a tensor, a mapped file, a pinned array.</summary>
    public object Owner { get; }

    /// <summary>Upper bounds of the rows' Euclidean norms, <c>[Count]</c>.</summary>
    public double[] Norms { get; }

    public double LargestNorm { get; }

    public float* this[int row] => Data + (long)row * Width;

    private static double SquaredNorm(float* row, int width)
    {
        var sum = Vector512<double>.Zero;
        int k = 0;
        for (; k + 8 <= width; k += 8)
        {
            var x = Vector512.Create(Vector256.WidenLower(Vector256.Load(row + k)), Vector256.WidenUpper(Vector256.Load(row + k)));
            sum += x * x;
        }
        double squares = Vector512.Sum(sum);
        for (; k < width; k++) squares += (double)row[k] * row[k];
        return squares;
    }

    private DataException NonFinite(int row)
    {
        int column = 0;
        while (float.IsFinite(this[row][column])) column++;
        return new DataException(
            $"{Name}: row {row}, column {column} of [{Count}, {Width}] is {this[row][column]}; every value of an embedding must be finite. " +
            "Look for a division by a zero norm, or a training run that diverged.");
    }
}
