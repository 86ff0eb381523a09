using ITContrast.Negatives;
using static TorchSharp.torch;

namespace ITContrast.Losses;

/// <summary>
/// ConVSE's loss over all negatives (CCL), exact [V]:
/// <code>
///   L = −(1/B) Σ_i log( e^{S_ii/τ} / Σ_j e^{S_ij/τ} )  −  (1/B) Σ_j log( e^{S_jj/τ} / Σ_i e^{S_ij/τ} )
/// </code>
/// The positive is in the denominator and the directions are added: twice the symmetric InfoNCE.
/// Source: Jain &amp; Verma, arXiv 2110.08872, <c>anuragjain96/ConVsepp</c>, <c>model.py</c>. Masked entries are left out; the source masks none.
/// </summary>
/// <param name="temperature">τ; default 0.1, above 0.</param>
public sealed class ConVse(double temperature = 0.1) : IPairLoss
{
    private readonly HardNegativeLoss infoNce = new(new HardNegativeLossOptions { Temperature = temperature, Lambda = 0 });

    /// <inheritdoc/>
    public LossResult Compute(Scores scores, SyntheticScores? synthetic = null)
    {
        var symmetric = infoNce.Compute(scores);
        return new(symmetric.Value * 2, symmetric.Diagnostics)
        {
            Collapse = symmetric.Collapse! with { Value = symmetric.Collapse.Value * 2, Plateau = symmetric.Collapse.Plateau * 2 },
        };
    }
}
