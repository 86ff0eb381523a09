namespace ITContrast.Training;

/// <summary>
/// Linear warm-up, then half a cosine down to zero.
/// <code>
///   rate(t) = peak · min(1, (t + 1)/W) · ½(1 + cos(π t/T))
/// </code>
/// Source: Loshchilov and Hutter, SGDR (2017), without restarts [V].
/// </summary>
/// <param name="peak">The largest rate.</param>
/// <param name="warmUp">W, steps; 0 for none.</param>
/// <param name="steps">T, steps of the whole run.</param>
public sealed class CosineSchedule(double peak, int warmUp, long steps)
{
    /// <summary>The rate of step t, 0-based, t &lt; T.</summary>
    public double Rate(long t) => peak * (warmUp == 0 ? 1 : Math.Min(1, (t + 1.0) / warmUp)) * 0.5 * (1 + Math.Cos(Math.PI * t / steps));
}
