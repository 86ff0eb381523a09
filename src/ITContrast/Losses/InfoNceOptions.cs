namespace ITContrast.Losses;

/// <summary>What <see cref="InfoNce"/> leaves open.</summary>
public sealed record InfoNceOptions
{
    /// <summary>Other pairs of the anchor's concept; <see cref="SameGroup.Positives"/> by default.</summary>
    public SameGroup SameGroup { get; init; } = SameGroup.Positives;

    /// <summary>λ ≥ 0, the weight of synthesised negatives in the denominator; 1 by default, ignored when none are given. 0 is plain InfoNCE.</summary>
    public double SyntheticWeight
    {
        get;
        init => field = value >= 0 && double.IsFinite(value) ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "λ is a finite number of at least 0.");
    } = 1;
}
