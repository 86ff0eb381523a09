using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ITContrast.Losses;

/// <summary>
/// The sigmoid loss: every pair is a binary decision of its own, with no normalisation over the batch.
/// <code>
///   L = −(1/B) Σ_i Σ_j log σ( z_ij (t·S_ij + b) )        z_ii = 1,  z_ij = −1;   t = e^{t'}, b learned
/// </code>
/// Starts at t = 10, b = −10, so that the many negatives do not dominate at first. Masked off-diagonal entries (same image or group) do not count.
/// Source: Zhai et al., SigLIP, ICCV 2023, Algorithm 1 [R: from the paper, not re-read here].
/// </summary>
public sealed class SigLip : nn.Module, IPairLoss
{
    private readonly Parameter logScale = new(tensor(Math.Log(10), dtype: ScalarType.Float32));
    private readonly Parameter bias = new(tensor(-10.0, dtype: ScalarType.Float32));

    /// <summary>Creates the loss with its published starting values.</summary>
    public SigLip() : base(nameof(SigLip)) => RegisterComponents();

    /// <inheritdoc/>
    public LossResult Compute(Scores scores, SyntheticScores? synthetic = null)
    {
        var rows = Negatives.Direction.OfImages(scores);
        var value = Value(scores);
        return new(value, LossDiagnostics.Of(rows.Negatives, null, rows.Positives, null))
        {
            Collapse = Collapse.Of(scores, null, value, (level, _) => Value(level)),
        };
    }

    private Tensor Value(Scores scores)
    {
        var s = scores.Matrix;
        var b = s.shape[0];
        var own = eye(b, dtype: ScalarType.Bool, device: s.device);
        var signs = own.to(s.dtype) * 2 - 1;
        var terms = nn.functional.softplus((s * logScale.exp().to(s.dtype) + bias.to(s.dtype)) * -signs);
        var counted = scores.Mask.logical_not().logical_or(own);
        return (terms * counted.to(s.dtype)).sum() / b;
    }
}
