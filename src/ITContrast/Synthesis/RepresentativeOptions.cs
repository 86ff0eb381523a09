namespace ITContrast.Synthesis;

/// <summary>How the hardest negatives are grouped and weighted into representatives.</summary>
public sealed record RepresentativeOptions
{
    /// <summary>G, number of groups from hard to easy. Default 4; at least 1. Ignored when <see cref="Thresholds"/> are given.</summary>
    public int Groups { get; init; } = 4;

    /// <summary>τ_h, temperature of the weights inside a group. Default 0.07; above 0. Towards 0 the hardest member, towards infinity the centroid.</summary>
    public double HardnessTemperature { get; init; } = 0.07;

    /// <summary>
    /// Cuts on the gap <c>s⁺ − s_j</c>, ascending, that separate groups instead of equal counts: <c>[0, 0.2]</c> makes three groups (violators, near, far).
    /// Default none. A gap on a cut belongs to the easier group.
    /// </summary>
    public IReadOnlyList<double> Thresholds { get; init; } = [];

    /// <summary>Checks every value.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range.</exception>
    public RepresentativeOptions Validated()
    {
        if (Groups < 1) throw new ArgumentOutOfRangeException(nameof(Groups), $"Groups is {Groups}; use at least 1.");
        if (!(HardnessTemperature > 0))
            throw new ArgumentOutOfRangeException(nameof(HardnessTemperature), $"HardnessTemperature is {HardnessTemperature}; use a number above 0.");
        for (var i = 0; i < Thresholds.Count; i++)
            if (!double.IsFinite(Thresholds[i]) || (i > 0 && Thresholds[i] <= Thresholds[i - 1]))
                throw new ArgumentOutOfRangeException(
                    nameof(Thresholds), $"Thresholds are [{string.Join(", ", Thresholds)}]; use finite numbers in ascending order.");
        return this;
    }
}
