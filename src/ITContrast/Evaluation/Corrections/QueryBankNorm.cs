namespace ITContrast.Evaluation.Corrections;

/// <summary>
/// Querybank normalisation with dynamic inverted softmax: the inverted softmax, only for queries whose best item is a hub, one that is among the k
/// best of some bank query. Source: Bogolin et al., CVPR 2022; k 1, τ .05 as in DBSN's code [V].
/// </summary>
public sealed record QueryBankNorm : ScoreCorrection
{
    /// <summary>k, at least 1; default 1.</summary>
    public int Neighbours { get; init => field = value >= 1 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "At least 1."); } = 1;

    /// <summary>τ, above 0; default 0.05.</summary>
    public double Temperature { get; init => field = Positive(value, nameof(Temperature)); } = 0.05;

    /// <inheritdoc/>
    public override string Name => "qb-norm";

    internal override Correction Learn(ScoreBank bank) => new(bank.LogSumExp(Temperature), bank.InTop(Neighbours));
}
