using System.Runtime.CompilerServices;
using ITContrast.Evaluation.Ranking;

namespace ITContrast.Analysis;

/// <summary>Rows scaled to unit length, taken evenly from the whole where only some are wanted, so that no random draw enters a measure.</summary>
internal static unsafe class NormalisedRows
{
    /// <summary>The row of the whole that is the sample's <paramref name="i"/>-th.</summary>
    public static int Sampled(int i, int sample, int whole) => (int)((long)i * whole / sample);

    /// <summary><c>normalize(normalize(x) + shift)</c> of at most <paramref name="most"/> rows.</summary>
    /// <exception cref="DataException">A row is zero, so it has no direction.</exception>
    public static Rows Of(Rows rows, int most = int.MaxValue, double[]? shift = null)
    {
        int count = Math.Min(most, rows.Count), width = rows.Width;
        float[] values = GC.AllocateUninitializedArray<float>(checked(count * width), pinned: true);
        var row = new double[width];
        for (int i = 0; i < count; i++)
        {
            int source = Sampled(i, count, rows.Count);
            for (int k = 0; k < width; k++) row[k] = rows[source][k];
            Scale(row, rows.Name, source);
            if (shift is not null)
            {
                for (int k = 0; k < width; k++) row[k] += shift[k];
                Scale(row, rows.Name + " (shifted)", source);
            }
            for (int k = 0; k < width; k++) values[i * width + k] = (float)row[k];
        }
        return new((float*)Unsafe.AsPointer(ref values[0]), count, width, rows.Name, values);
    }

    /// <summary>The mean row, <c>[D]</c>, in float64.</summary>
    public static double[] Mean(Rows rows)
    {
        var mean = new double[rows.Width];
        for (int i = 0; i < rows.Count; i++)
            for (int k = 0; k < mean.Length; k++) mean[k] += rows[i][k];
        for (int k = 0; k < mean.Length; k++) mean[k] /= rows.Count;
        return mean;
    }

    /// <summary>All values, row by row.</summary>
    public static double[] Values(Rows rows)
    {
        var values = new double[rows.Count * rows.Width];
        for (int i = 0; i < values.Length; i++) values[i] = rows[i / rows.Width][i % rows.Width];
        return values;
    }

    private static void Scale(double[] row, string name, int source)
    {
        double norm = Math.Sqrt(row.Sum(value => value * value));
        if (norm == 0)
            throw new DataException(
                $"{name}: row {source} is zero, so it has no direction on the unit sphere. Leave it out, or look for an encoder that collapsed.");
        for (int k = 0; k < row.Length; k++) row[k] /= norm;
    }
}
