using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ITContrast.Evaluation.Ranking;

/// <summary>
/// An fp32 dot product in 64 parallel chains. Its summation tree is so shallow that its bound is some twenty times tighter than that of a
/// GEMM of unknown order: it decides nearly all comparisons that the GEMM could not, at the price of reading two rows.
/// </summary>
internal static unsafe class FastDot
{
    /// <summary>The most roundings on any path of the sum: two an element of a chain (unfused), then 3 chain and 15 lane additions and the tail.</summary>
    public static int Roundings(int width) => 2 * (width / 64 + 3 + width % 16) + 18;

    /// <summary>a·b for rows of <paramref name="width"/> values; see <see cref="ErrorBound.Fast"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float Dot(float* a, float* b, int width)
    {
        Vector512<float> s0 = default, s1 = default, s2 = default, s3 = default;
        int k = 0;
        for (; k + 64 <= width; k += 64)
        {
            s0 = Vector512.MultiplyAddEstimate(Vector512.Load(a + k), Vector512.Load(b + k), s0);
            s1 = Vector512.MultiplyAddEstimate(Vector512.Load(a + k + 16), Vector512.Load(b + k + 16), s1);
            s2 = Vector512.MultiplyAddEstimate(Vector512.Load(a + k + 32), Vector512.Load(b + k + 32), s2);
            s3 = Vector512.MultiplyAddEstimate(Vector512.Load(a + k + 48), Vector512.Load(b + k + 48), s3);
        }
        for (; k + 16 <= width; k += 16) s0 = Vector512.MultiplyAddEstimate(Vector512.Load(a + k), Vector512.Load(b + k), s0);
        float sum = Vector512.Sum((s0 + s1) + (s2 + s3));
        for (; k < width; k++) sum += a[k] * b[k];
        return sum;
    }
}
