namespace ITContrast.Evaluation.Corrections;

/// <summary>
/// Cross-domain similarity local scaling: <c>s' = 2s − r(q) − r(g)</c> with r(g) the mean score of g's k nearest bank queries; r(q) does not change a
/// query's order, so <c>c(g) = r(g)/2</c>. Source: Conneau et al., ICLR 2018 [V].
/// </summary>
public sealed record Csls : ScoreCorrection
{
    /// <summary>k, at least 1, cut to the bank's size; default 10.</summary>
    public int Neighbours { get; init => field = value >= 1 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "At least 1."); } = 10;

    /// <inheritdoc/>
    public override string Name => "csls";

    internal override Correction Learn(ScoreBank bank) => new([.. bank.MeanOfLargest(Neighbours).Select(mean => mean / 2)]);
}
