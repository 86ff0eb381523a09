using static TorchSharp.torch;

namespace ITContrast.Losses;

/// <summary>
/// λ in a softmax's denominator, for every loss that has one.
/// <code>
///   λ·Σ_m e^{x_m} = Σ_m e^{x_m + ln λ}        λ = 0: the term is left out
/// </code>
/// </summary>
internal static class SyntheticTerm
{
    /// <summary>λ, if it is finite and at least 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not.</exception>
    public static double Checked(double lambda, string name) => lambda >= 0 && double.IsFinite(lambda) ? lambda
        : throw new ArgumentOutOfRangeException(name, $"{name} (λ) is {lambda}; use a finite number of at least 0.");

    /// <summary>The logits that join the denominator; null where there are none.</summary>
    /// <param name="logits">Scaled scores of the synthesised negatives, <c>[B, M]</c>, or null.</param>
    /// <param name="lambda">λ.</param>
    public static Tensor? Weighted(Tensor? logits, double lambda) => logits is null || lambda == 0 ? null : lambda == 1 ? logits : logits + Math.Log(lambda);

    /// <summary>N_i + λG_i: what an anchor's denominator counts where all scores are equal.</summary>
    /// <param name="real">N, <c>[B]</c>.</param>
    /// <param name="made">Scores of the synthesised negatives, <c>-inf</c> where one could not be made, or null.</param>
    /// <param name="lambda">λ.</param>
    public static Tensor Count(Tensor real, Tensor? made, double lambda) => made is null ? real : real + made.isfinite().to(real.dtype).sum(1) * lambda;
}
