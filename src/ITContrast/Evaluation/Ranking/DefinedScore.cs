using System.Runtime.CompilerServices;

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

    /// <summary>The score of one pair.</summary>
    public static double Dot(float* a, float* b, int width)
    {
        double sum = 0;
        for (int k = 0; k < width; k++) sum += (double)a[k] * b[k];
        return sum;
    }

    /// <summary>
    /// The scores of eight pairs at once. Each sum is a chain of dependent additions, so one alone waits for the adder; eight keep it busy.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Eight(float** a, float** b, int width, double* scores)
    {
        float* a0 = a[0], a1 = a[1], a2 = a[2], a3 = a[3], a4 = a[4], a5 = a[5], a6 = a[6], a7 = a[7];
        float* b0 = b[0], b1 = b[1], b2 = b[2], b3 = b[3], b4 = b[4], b5 = b[5], b6 = b[6], b7 = b[7];
        double s0 = 0, s1 = 0, s2 = 0, s3 = 0, s4 = 0, s5 = 0, s6 = 0, s7 = 0;
        for (int k = 0; k < width; k++)
        {
            s0 += (double)a0[k] * b0[k];
            s1 += (double)a1[k] * b1[k];
            s2 += (double)a2[k] * b2[k];
            s3 += (double)a3[k] * b3[k];
            s4 += (double)a4[k] * b4[k];
            s5 += (double)a5[k] * b5[k];
            s6 += (double)a6[k] * b6[k];
            s7 += (double)a7[k] * b7[k];
        }
        (scores[0], scores[1], scores[2], scores[3]) = (s0, s1, s2, s3);
        (scores[4], scores[5], scores[6], scores[7]) = (s4, s5, s6, s7);
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
            for (int lane = 0; lane < count; lane++) scores[start + lane] = eight[lane];
        });
        return scores;
    }
}
