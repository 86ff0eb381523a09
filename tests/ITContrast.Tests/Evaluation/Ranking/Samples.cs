using ITContrast.Evaluation.Ranking;

namespace ITContrast.Tests.Evaluation.Ranking;

/// <summary>Embeddings for tests, in pinned managed memory, and the plainest possible ranking of them.</summary>
internal static class Samples
{
    public static unsafe Rows Rows(float[] values, int width, string name = "images")
    {
        float[] pinned = GC.AllocateUninitializedArray<float>(Math.Max(1, values.Length), pinned: true);
        values.CopyTo(pinned, 0);
        return new Rows((float*)System.Runtime.CompilerServices.Unsafe.AsPointer(ref pinned[0]), values.Length / width, width, name, pinned);
    }

    /// <summary>Gaussian values; with <paramref name="levels"/> &gt; 0 rounded to a few levels, so that exact ties abound.</summary>
    public static float[] Values(int rows, int width, int seed, int levels = 0)
    {
        var random = new Random(seed);
        var values = new float[rows * width];
        for (int i = 0; i < values.Length; i++)
        {
            double gaussian = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
            values[i] = (float)(levels > 0 ? Math.Round(gaussian * levels) / levels : gaussian / Math.Sqrt(width));
        }
        return values;
    }

    public static double Dot(float[] a, int i, float[] b, int j, int width)
    {
        double sum = 0;
        for (int k = 0; k < width; k++) sum += (double)a[i * width + k] * b[j * width + k];
        return sum;
    }

    /// <summary>Ranks by sorting: higher score first, lower index first among equals; the best of the positives' positions.</summary>
    public static int[] SortedRanks(float[] queries, float[] gallery, int width, Func<int, int, bool> isPositive)
    {
        int items = gallery.Length / width;
        return [.. Enumerable.Range(0, queries.Length / width).Select(query =>
        {
            var order = Enumerable.Range(0, items).OrderByDescending(item => Dot(queries, query, gallery, item, width)).ThenBy(item => item);
            return order.Select((item, place) => (item, place)).First(at => isPositive(query, at.item)).place;
        })];
    }
}
