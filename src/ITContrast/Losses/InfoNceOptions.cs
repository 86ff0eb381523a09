namespace ITContrast.Losses;

/// <summary>What <see cref="InfoNce"/> leaves open.</summary>
public sealed record InfoNceOptions
{
    /// <summary>Other pairs of the anchor's concept; <see cref="SameGroup.Positives"/> by default.</summary>
    public SameGroup SameGroup { get; init; } = SameGroup.Positives;

    /// <summary>λ, as <see cref="HardNegativeLossOptions.Lambda"/>; 1 by default, ignored when no synthesised negatives are given.</summary>
    public double SyntheticWeight { get; init => field = SyntheticTerm.Checked(value, nameof(SyntheticWeight)); } = 1;
}
