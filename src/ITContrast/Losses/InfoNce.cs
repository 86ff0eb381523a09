using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Losses;

/// <summary>
/// Symmetric InfoNCE: each image picks its captions out of the batch, and each caption its images.
/// <code>
///   Z_i = Σ_j e^{s_ij/τ} + λ Σ_m e^{h_im/τ}
///   L_i = −Σ_{p ∈ P_i} 1/|P_i| · ln( e^{s_ip/τ} / Z_i )         L = ½ (mean_i L_i over images + the same over captions)
/// </code>
/// P_i holds every pair of the anchor's concept (<see cref="SameGroup.Positives"/>), or its own partner alone while the concept's other pairs
/// leave Z_i (<see cref="SameGroup.Masked"/>). Source: van den Oord et al., CPC (2018) [V]; Khosla et al., SupCon (2020), the sum outside the
/// logarithm [V]; the λ term: METHODS.md 1.3 [I].
/// </summary>
/// <param name="temperature">τ; a learned one is trained with the encoders.</param>
/// <param name="options">Defaults when null.</param>
public sealed class InfoNce(Temperature temperature, InfoNceOptions? options = null) : IPairLoss
{
    private readonly InfoNceOptions options = options ?? new();

    /// <returns>
    /// The loss in nats, at least 0 where positives share no target, and the diagnostics <c>temperature</c>, <c>positive</c> and <c>negative</c>
    /// (mean score of the pairs' diagonal and of the negatives).
    /// </returns>
    /// <exception cref="ShapeException">Synthetic scores are not two <c>[B, M]</c>.</exception>
    public LossResult Compute(Scores scores, SyntheticScores? synthetic = null)
    {
        long n = scores.Matrix.shape[0];
        Tensor scale = temperature.Scale(), logits = scores.Matrix * scale;
        Tensor own = eye(n, dtype: torch.@bool, device: logits.device);
        Tensor positives = options.SameGroup == SameGroup.Positives ? scores.Mask : own;
        if (options.SameGroup == SameGroup.Masked) logits = logits.masked_fill(scores.Mask.logical_and(own.logical_not()), float.NegativeInfinity);
        Tensor images = Direction(logits, positives, Extra(synthetic?.ImageAnchors, scale, n));
        Tensor captions = Direction(logits.transpose(0, 1), positives.transpose(0, 1), Extra(synthetic?.CaptionAnchors, scale, n));
        Tensor value = (images + captions) * 0.5;
        return new(value, Diagnose(scores, scale)) { Collapse = Collapse.Of(scores, value, Plateau(scores, synthetic)) };
    }

    // All scores equal: Z_i counts every term that is not masked, whichever of them are positives.
    private Tensor Plateau(Scores scores, SyntheticScores? synthetic)
    {
        using IDisposable guard = no_grad();
        long n = scores.Matrix.shape[0];
        Tensor Side(int dimension, Tensor? made)
        {
            Tensor real =
                options.SameGroup == SameGroup.Positives ? full([n], (double)n, dtype: float64) : scores.Mask.logical_not().to(float64).sum(dimension) + 1;
            return SyntheticTerm.Count(real, made, options.SyntheticWeight).log().mean();
        }
        return (Side(1, synthetic?.ImageAnchors) + Side(0, synthetic?.CaptionAnchors)) * 0.5;
    }

    private static Tensor Direction(Tensor logits, Tensor positives, Tensor? extra)
    {
        Tensor normaliser = (extra is null ? logits : cat([logits, extra], 1)).logsumexp(1);
        // A masked pair's logit is −∞ and its weight 0: filled first, or 0 · ∞ would be NaN.
        Tensor weights = positives.to(logits.dtype), chosen = logits.masked_fill(positives.logical_not(), 0);
        return (normaliser - chosen.sum(1) / weights.sum(1)).mean();
    }

    private Tensor? Extra(Tensor? scores, Tensor scale, long n)
    {
        if (scores is null) return null;
        if (scores.ndim != 2 || scores.shape[0] != n) throw ShapeException.Of("scores of synthesised negatives", $"{n}, M", scores.shape);
        return SyntheticTerm.Weighted(scores * scale, options.SyntheticWeight);
    }

    private static Dictionary<string, Tensor> Diagnose(Scores scores, Tensor scale)
    {
        using IDisposable guard = no_grad();
        Tensor matrix = scores.Matrix.detach(), negatives = scores.Mask.logical_not().to(matrix.dtype);
        return new()
        {
            ["temperature"] = scale.detach().reciprocal(),
            ["positive"] = matrix.diagonal().mean(),
            ["negative"] = (matrix * negatives).sum() / negatives.sum().clamp(min: 1),
        };
    }
}
