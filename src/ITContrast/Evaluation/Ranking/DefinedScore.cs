using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ITContrast.Evaluation.Ranking;

/// <summary>
/// <b>The</b> score of two fp32 rows: their products, which float64 holds exactly, added in float64 in index order.
/// <code>
///   s = ((0 + a_0·b_0) + a_1·b_1) + …
/// </code>
/// One definition, whoever computes it: a positive scored by another kernel than its competitors differs in the last bits and mis-ranks
/// ties (a collapsed model then reaches R@1 = 100 %). Every comparison that arithmetic of less care cannot decide comes here.
/// </summary>
internal static unsafe class DefinedScore
{
    /// <summary>Pairs scored side by side by <see cref="Eight"/>.</summary>
    public const int Lanes = 8;

    // Products of a pair between two additions to its sum's chain: two vectors of float64.
    private const int Run = 16;

    /// <summary>The score of one pair.</summary>
    public static double Dot(float* a, float* b, int width)
    {
        double sum = 0;
        for (int k = 0; k < width; k++) sum += (double)a[k] * b[k];
        return sum;
    }

    /// <summary>
    /// The scores of eight pairs at once. Each sum is a chain of dependent additions, so one alone waits for the adder; eight keep it busy. The
    /// products, exact in whatever order, come from vectors by way of a buffer; converting one value at a time takes five times as long.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Eight(float** a, float** b, int width, double* scores)
    {
        double* products = stackalloc double[Lanes * Run];
        double s0 = 0, s1 = 0, s2 = 0, s3 = 0, s4 = 0, s5 = 0, s6 = 0, s7 = 0;
        int k = 0;
        for (; k + Run <= width; k += Run)
        {
            for (int lane = 0; lane < Lanes; lane++) Multiply(a[lane] + k, b[lane] + k, products + lane * Run);
            for (double* p = products; p < products + Run; p++)
            {
                s0 += p[0];
                s1 += p[Run];
                s2 += p[2 * Run];
                s3 += p[3 * Run];
                s4 += p[4 * Run];
                s5 += p[5 * Run];
                s6 += p[6 * Run];
                s7 += p[7 * Run];
            }
        }
        (scores[0], scores[1], scores[2], scores[3]) = (s0, s1, s2, s3);
        (scores[4], scores[5], scores[6], scores[7]) = (s4, s5, s6, s7);
        for (int lane = 0; lane < Lanes; lane++)
            for (int rest = k; rest < width; rest++) scores[lane] += (double)a[lane][rest] * b[lane][rest];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Multiply(float* a, float* b, double* products)
    {
        (Vector512<double> a0, Vector512<double> a1) = Vector512.Widen(Vector512.Load(a));
        (Vector512<double> b0, Vector512<double> b1) = Vector512.Widen(Vector512.Load(b));
        (a0 * b0).Store(products);
        (a1 * b1).Store(products + Run / 2);
    }

    /// <summary>Scores of <paramref name="first"/>[rows[p]] with <paramref name="second"/>[others[p]] for every p, in parallel.</summary>
    public static double[] OfPairs(Rows first, int[] rows, Rows second, int[] others)
    {
        var scores = new double[rows.Length];
        Parallel.For(0, (rows.Length + Lanes - 1) / Lanes, group =>
        {
            float** a = stackalloc float*[Lanes];
            float** b = stackalloc float*[Lanes];
            double* eight = stackalloc double[Lanes];
            int start = group * Lanes, count = Math.Min(Lanes, rows.Length - start);
            for (int lane = 0; lane < Lanes; lane++)
            {
                // Lanes past the end repeat the last pair.
                int pair = start + Math.Min(lane, count - 1);
                a[lane] = first[rows[pair]];
                b[lane] = second[others[pair]];
            }
            Eight(a, b, first.Width, eight);
            for (int lane = 0; lane < count; lane++)
            {
                scores[start + lane] = eight[lane];
                first.Release(rows[start + lane], 1);
                second.Release(others[start + lane], 1);
            }
        });
        return scores;
    }
}
