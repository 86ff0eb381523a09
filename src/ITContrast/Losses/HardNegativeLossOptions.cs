namespace ITContrast.Losses;

/// <summary>Which function of positives, negatives and synthesised negatives is minimised.</summary>
public enum LossForm
{
    /// <summary>InfoNCE with the synthesised negatives as a weighted term of the denominator.</summary>
    InfoNce,
    /// <summary>Hinge on the hardest of real and synthesised negatives.</summary>
    Triplet,
    /// <summary>Hard-negative reweighting of all negatives, real and synthesised, with debiasing (HCL).</summary>
    Hcl,
}

/// <summary>Options of <see cref="HardNegativeLoss"/>.</summary>
public sealed record HardNegativeLossOptions
{
    /// <summary>The form of the loss. Default InfoNCE.</summary>
    public LossForm Form { get; init; } = LossForm.InfoNce;

    /// <summary>τ. Default 0.07; 0.01 to 10. With <see cref="LearnTemperature"/> its starting value. Ignored by <see cref="LossForm.Triplet"/>.</summary>
    public double Temperature { get; init; } = 0.07;

    /// <summary>Whether τ is learned, see <see cref="Losses.Temperature"/>. Default false. Ignored by <see cref="LossForm.Triplet"/>.</summary>
    public bool LearnTemperature { get; init; }

    /// <summary>
    /// λ, weight of the synthesised negatives. Default 1; at least 0, and 0 leaves them out. Ignored by <see cref="LossForm.Hcl"/>, which weights by hardness.
    /// </summary>
    public double Lambda { get; init; } = 1;

    /// <summary>Margin: m added to negatives' scores in InfoNCE and HCL (default 0), α of the hinge in the triplet form (use 0.2). At least 0.</summary>
    public double Margin { get; init; }

    /// <summary>β of HCL: 0 weights negatives alike. Default 1; at least 0. Ignored by other forms.</summary>
    public double Beta { get; init; } = 1;

    /// <summary>τ⁺ of HCL, the assumed share of false negatives. Default 0.1; within [0, 1). Ignored by other forms.</summary>
    public double FalseNegativeShare { get; init; } = 0.1;

    /// <summary>Checks every value.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range.</exception>
    public HardNegativeLossOptions Validated()
    {
        Require(Temperature is >= 0.01 and <= 10, nameof(Temperature), Temperature, "a number within [0.01, 10]");
        SyntheticTerm.Checked(Lambda, nameof(Lambda));
        Require(Margin >= 0 && double.IsFinite(Margin), nameof(Margin), Margin, "a finite number of at least 0");
        Require(Beta >= 0 && double.IsFinite(Beta), nameof(Beta), Beta, "a finite number of at least 0");
        Require(FalseNegativeShare is >= 0 and < 1, nameof(FalseNegativeShare), FalseNegativeShare, "a number within [0, 1)");
        return this;
    }

    private static void Require(bool holds, string name, double value, string wanted)
    {
        if (!holds) throw new ArgumentOutOfRangeException(name, $"{name} is {value}; use {wanted}.");
    }
}
