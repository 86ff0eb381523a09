namespace ITContrast.Charts;

/// <summary>
/// Points on the two directions in which they differ most (principal components of the centred rows), for drawing few points: by power iteration, from a
/// start that does not depend on chance. The sign of a direction is arbitrary; here the entry of largest size is positive.
/// </summary>
internal static class PrincipalPlane
{
    private const int Iterations = 200;

    /// <param name="rows"><c>[N, D]</c>, N of at least 1.</param>
    /// <returns>Per row its two coordinates, the first with the larger variance; 0 where rows do not differ in a second direction.</returns>
    public static (double X, double Y)[] Of(IReadOnlyList<float[]> rows)
    {
        int count = rows.Count, dimension = rows[0].Length;
        double[] mean = [.. Enumerable.Range(0, dimension).Select(d => rows.Average(row => (double)row[d]))];
        double[][] centred = [.. rows.Select(row => row.Select((value, d) => value - mean[d]).ToArray())];
        // The Gram matrix has the same components as the covariance, and is small: N is tens, D hundreds.
        double[][] gram = [.. centred.Select(a => centred.Select(b => Dot(a, b)).ToArray())];
        (double[] first, double largest) = Component(gram);
        for (int i = 0; i < count; i++)
            for (int j = 0; j < count; j++) gram[i][j] -= largest * first[i] * first[j];
        (double[] second, double next) = Component(gram);
        return [.. first.Zip(second, (x, y) => (x * Math.Sqrt(largest), y * Math.Sqrt(next)))];
    }

    private static (double[] Vector, double Value) Component(double[][] gram)
    {
        double[] vector = gram.MaxBy(row => Dot(row, row))!;
        double value = 0;
        for (int i = 0; i < Iterations; i++)
        {
            double norm = Math.Sqrt(Dot(vector, vector));
            if (norm < 1e-12) return (new double[vector.Length], 0);
            double[] unit = [.. vector.Select(x => x / norm)];
            vector = [.. gram.Select(row => Dot(row, unit))];
            value = Dot(vector, unit);
            if (i == Iterations - 1) vector = unit;
        }
        double sign = Math.Sign(vector.MaxBy(Math.Abs));
        return ([.. vector.Select(x => sign * x)], Math.Max(0, value));
    }

    private static double Dot(double[] a, double[] b)
    {
        double sum = 0;
        for (int i = 0; i < a.Length; i++) sum += a[i] * b[i];
        return sum;
    }
}
