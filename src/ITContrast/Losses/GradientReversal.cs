using static TorchSharp.torch;

namespace ITContrast.Losses;

/// <summary>
/// The identity forward, minus a coefficient backward.
/// <code>y = x + (1+l)·(sg(x) − x)        y = x in value,  ∂y/∂x = −l</code>
/// Source: Ganin &amp; Lempitsky, DANN; the form without a custom autograd function is this project's note (METHODS 3.2).
/// </summary>
public static class GradientReversal
{
    /// <summary>Reverses gradients with coefficient l, at least 0.</summary>
    public static Tensor Apply(Tensor x, double coefficient = 1) => x + (x.detach() - x) * (1 + coefficient);

    /// <summary>
    /// DANN's schedule <c>l(p) = 2/(1+e^{−10p}) − 1</c> for progress p in [0, 1]: 0 at the start, towards 1 at the end. Source: ACMR's code [V].
    /// </summary>
    public static double Schedule(double progress) => 2 / (1 + Math.Exp(-10 * progress)) - 1;
}
