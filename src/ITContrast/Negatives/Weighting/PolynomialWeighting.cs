using static TorchSharp.torch;

namespace ITContrast.Negatives.Weighting;

/// <summary>
/// PolyLoss's manual weights, the gradients of its polynomials of positive and hardest negative, applied while <c>s_hard + margin &gt; s⁺</c>:
/// <code>
///   pos(s) = [0.2 s² − 0.7 s + 0.5]₊        w⁺ = 0.7 − 0.4 s⁺    where pos &gt; 0
///   neg(s) = [0.9 s² − 0.4 s + 0.03]₊       w  = 1.8 s − 0.4      where neg &gt; 0, on the hardest negative
/// </code>
/// Negative derivatives (an easy negative's, s &lt; 2/9) are cut to 0, weights being non-negative.
/// Source: Wei et al., Universal Weighting (CVPR 2020), <c>wayne980/PolyLoss</c> [V for the polynomials].
/// </summary>
/// <param name="margin">Margin of the selection; default 0.2, at least 0.</param>
public sealed class PolynomialWeighting(double margin = 0.2) : IPairWeighting
{
    private readonly double margin = margin >= 0 ? margin : throw new ArgumentOutOfRangeException(nameof(margin), $"margin is {margin}; use at least 0.");

    /// <inheritdoc/>
    public string Name => "polynomial";

    /// <inheritdoc/>
    public PairWeights Weigh(Tensor negatives, Tensor positives)
    {
        var (hardest, index) = negatives.max(1, true);
        var p = positives.unsqueeze(1);
        var selected = (hardest + margin > p).logical_and(hardest.isfinite());
        var h = hardest.masked_fill(hardest.isfinite().logical_not(), 0.0);
        var push = (h * 1.8 - 0.4).clamp(min: 0) * (h * h * 0.9 - h * 0.4 + 0.03 > 0).logical_and(selected).to(p.dtype);
        var pull = (p * -0.4 + 0.7).clamp(min: 0) * (p * p * 0.2 - p * 0.7 + 0.5 > 0).logical_and(selected).to(p.dtype);
        return new(zeros_like(negatives).scatter(1, index, push), pull.squeeze(1));
    }
}
