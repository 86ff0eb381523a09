using ITContrast.Negatives;
using static TorchSharp.torch;

namespace ITContrast.Losses;

/// <summary>Which negatives a hinge counts.</summary>
public enum HingeNegatives
{
    /// <summary>Every negative (VSE0's sum of hinges).</summary>
    All,
    /// <summary>The hardest negative of each anchor (VSE++'s max of hinges).</summary>
    Hardest,
}

/// <summary>How a loss over B anchors becomes a number.</summary>
public enum LossReduction
{
    /// <summary>The sum over anchors, as VSE++ is published.</summary>
    Sum,
    /// <summary>The mean over anchors.</summary>
    Mean,
}

/// <summary>
/// The hinge losses of VSE0 and VSE++, both directions added.
/// <code>
///   All      L = Σ_i Σ_j [α + S_ij − S_ii]₊   +  Σ_j Σ_i [α + S_ij − S_jj]₊
///   Hardest  L = Σ_i [α + max_{j≠i} S_ij − S_ii]₊  +  the same over columns
/// </code>
/// Source: Faghri et al., VSE++ (BMVC 2018), <c>fartashf/vsepp</c> [V]. Masked entries (same image or group) are no negatives; the source masks the diagonal
/// alone.
/// </summary>
/// <param name="margin">α; default 0.2, at least 0.</param>
/// <param name="negatives">All or the hardest.</param>
/// <param name="reduction">Sum (published) or mean.</param>
public sealed class TripletLoss(double margin = 0.2, HingeNegatives negatives = HingeNegatives.Hardest, LossReduction reduction = LossReduction.Sum) : IPairLoss
{
    private readonly double margin = margin >= 0 && double.IsFinite(margin) ? margin
        : throw new ArgumentOutOfRangeException(nameof(margin), $"margin is {margin}; use a finite number of at least 0.");

    /// <summary>
    /// Where a collapsed model (all scores equal) sits, with no pair masked but the diagonal: 2αB summed, 2α as a mean; times the B − 1 negatives when all
    /// count.
    /// </summary>
    public double Plateau(int batchSize) =>
        2 * margin * (reduction == LossReduction.Sum ? batchSize : 1) * (negatives == HingeNegatives.All ? batchSize - 1 : 1);

    // Each hinge that counts is α: those of unmasked pairs, or one for each anchor that has any.
    private Tensor Plateau(Scores scores, SyntheticScores? synthetic)
    {
        using var _ = no_grad();
        var real = scores.Mask.logical_not().to(float64);
        Tensor Hinges(int dimension, Tensor? synthesised)
        {
            var counted = SyntheticTerm.Count(real.sum(dimension), synthesised, 1);
            return negatives == HingeNegatives.All ? counted.sum() : (counted > 0).to(float64).sum();
        }
        var hinges = Hinges(1, synthetic?.ImageAnchors) + Hinges(0, synthetic?.CaptionAnchors);
        return hinges * (reduction == LossReduction.Sum ? margin : margin / scores.Matrix.shape[0]);
    }

    /// <inheritdoc/>
    public LossResult Compute(Scores scores, SyntheticScores? synthetic = null)
    {
        var (rows, rowDiagnostics) = Side(Direction.OfImages(scores), synthetic?.ImageAnchors);
        var (columns, columnDiagnostics) = Side(Direction.OfCaptions(scores), synthetic?.CaptionAnchors);
        return new(rows + columns, LossDiagnostics.Mean(rowDiagnostics, columnDiagnostics))
        {
            Collapse = Collapse.Of(scores, rows + columns, Plateau(scores, synthetic)),
        };
    }

    private (Tensor, IReadOnlyDictionary<string, Tensor>) Side(Direction direction, Tensor? synthesised)
    {
        var (real, positives) = (direction.Negatives, direction.Positives);
        var all = synthesised is null ? real : cat([real, synthesised], 1);
        var hinges = (all + margin - positives.unsqueeze(1)).clamp(min: 0);
        if (negatives == HingeNegatives.Hardest) hinges = hinges.max(1).values.unsqueeze(1);
        var total = hinges.sum();
        var diagnostics = LossDiagnostics.Of(real, synthesised, positives, null);
        return (reduction == LossReduction.Sum ? total : total / direction.Count, diagnostics);
    }
}
