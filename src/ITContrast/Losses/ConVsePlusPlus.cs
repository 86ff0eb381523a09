using ITContrast.Negatives;
using static TorchSharp.torch;

namespace ITContrast.Losses;

/// <summary>
/// ConVSE++'s loss over the hardest negative (CCLHN), exact [V]: masked entries of S are set to −1, then
/// <code>
///   L = (1/B) Σ_i [ −log( e^{S_ii/τ} / e^{(max_{j≠i} S_ij + α)/τ} ) ]₊   + the same over columns
/// </code>
/// Written as published. Algebraically it <em>is</em> the VSE++ loss: <c>L = L_MH / (τB)</c>, so that under Adam its difference from VSE++ must come from
/// heads, batch size and schedule.
/// Source: Jain &amp; Verma, arXiv 2110.08872, <c>anuragjain96/ConVsepp</c>, <c>model.py</c>.
/// </summary>
/// <param name="temperature">τ; default 0.1, above 0.</param>
/// <param name="margin">α; default 0.2, at least 0.</param>
public sealed class ConVsePlusPlus(double temperature = 0.1, double margin = 0.2) : IPairLoss
{
    private readonly double temperature =
        temperature > 0 ? temperature : throw new ArgumentOutOfRangeException(nameof(temperature), $"temperature is {temperature}; use a number above 0.");
    private readonly double margin = margin >= 0 ? margin : throw new ArgumentOutOfRangeException(nameof(margin), $"margin is {margin}; use at least 0.");

    /// <inheritdoc/>
    public LossResult Compute(Scores scores, SyntheticScores? synthetic = null)
    {
        var (rows, columns) = (Direction.OfImages(scores), Direction.OfCaptions(scores));
        var value = Value(scores);
        return new(
            value,
            LossDiagnostics.Mean(
                LossDiagnostics.Of(rows.Negatives, null, rows.Positives, null), LossDiagnostics.Of(columns.Negatives, null, columns.Positives, null)))
        {
            Collapse = Collapse.Of(scores, null, value, (level, _) => Value(level)),
        };
    }

    private Tensor Value(Scores scores) => Side(Direction.OfImages(scores)) + Side(Direction.OfCaptions(scores));

    private Tensor Side(Direction direction)
    {
        var hardest = direction.Scores.masked_fill(direction.Mask, -1.0).max(1).values;
        var (numerator, denominator) = ((direction.Positives / temperature).exp(), ((hardest + margin) / temperature).exp());
        return (-(numerator / denominator).log()).clamp(min: 0).mean();
    }
}
