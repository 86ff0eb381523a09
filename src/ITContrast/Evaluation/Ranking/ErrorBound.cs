namespace ITContrast.Evaluation.Ranking;

/// <summary>
/// How far a computed dot product can be from the defined score. With n roundings of unit u on any path of the summation tree
/// <code>
///   |fl(a·b) − a·b| ≤ γ_n Σ|a_k b_k| ≤ γ_n ‖a‖‖b‖        γ_n = n·u / (1 − n·u)
/// </code>
/// in whatever order a kernel adds (Higham, Accuracy and Stability of Numerical Algorithms, section 3.1); underflow adds at most 2⁻¹²⁶ an operation,
/// also where a kernel flushes subnormals. Rows rounded to bf16, â = a − δa, add δa·b + â·δb, bounded by Cauchy and Schwarz with the
/// <em>measured</em> residual norms: ‖δa‖‖b‖ + ‖â‖‖δb‖.
/// The defined score is itself rounded, in float64; its share is in every bound here.
/// </summary>
internal static class ErrorBound
{
    private const double SingleUnit = 1.0 / (1 << 24), DoubleUnit = SingleUnit / (1 << 29);

    // 2⁻¹²⁶: below it fp32 loses digits, or everything where subnormals are flushed.
    private const double SmallestNormal = 1.1754943508222875e-38;

    // Products of norms above this could overflow fp32 on the way; then nothing is decided by fp32 arithmetic.
    private const double OverflowGuard = 1e37;

    /// <summary>A norm, a sum or a product of a few float64 values, raised past its own rounding (widths up to 10⁶).</summary>
    public static double RoundedUp(double value) => value * (1 + 1e-9);

    /// <summary>The bound, for unit norms, of an fp32 product of rows of <paramref name="width"/> values, in any order, fused or not.</summary>
    public static double Single(int width) => Gamma(width + 2, SingleUnit) + Gamma(width + 2, DoubleUnit);

    /// <summary>The same for <see cref="FastDot"/>, whose order of summation is known and shallow.</summary>
    public static double Fast(int width) => Gamma(Math.Min(FastDot.Roundings(width), 2 * width + 2), SingleUnit) + Gamma(width + 2, DoubleUnit);

    /// <summary>
    /// The same for bf16 products accumulated in fp32, without the rounding of the inputs. Twice the unit, because matrix units need not round to
    /// nearest.
    /// </summary>
    public static double BFloat16(int width) => Gamma(width + 2, 2 * SingleUnit) + Gamma(width + 2, DoubleUnit);

    /// <summary>A relative bound applied to a pair's norms; infinite where fp32 could overflow, which decides nothing.</summary>
    public static double Absolute(double relative, double firstNorm, double secondNorm, int width) =>
        firstNorm * secondNorm > OverflowGuard
            ? double.PositiveInfinity
            : RoundedUp(relative * firstNorm * secondNorm + Flushed(width) * (1 + firstNorm + secondNorm));

    /// <summary>The largest Euclidean norm of what a flush of subnormals to zero can take from a row, with room for its products and sums.</summary>
    public static double Flushed(int width) => width * 4 * SmallestNormal;

    private static double Gamma(int roundings, double unit) =>
        roundings * unit < 0.5 ? roundings * unit / (1 - roundings * unit) : double.PositiveInfinity;
}
