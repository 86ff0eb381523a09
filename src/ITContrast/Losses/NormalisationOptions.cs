namespace ITContrast.Losses;

/// <summary>Options of <see cref="NormalisedLoss"/>.</summary>
public sealed record NormalisationOptions
{
    /// <summary>τ of the retrieval probabilities that are normalised. Default 0.1; above 0. Give it the temperature of the loss inside.</summary>
    public double Temperature { get; init; } = 0.1;

    /// <summary>Rounds of Sinkhorn-Knopp, columns then rows. Default 4 [I]; at least 1.</summary>
    public int Iterations { get; init; } = 4;

    /// <summary>Checks every value.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range.</exception>
    public NormalisationOptions Validated()
    {
        if (!(Temperature > 0 && double.IsFinite(Temperature)))
            throw new ArgumentOutOfRangeException(nameof(Temperature), $"Temperature is {Temperature}; use a finite number above 0.");
        if (Iterations < 1) throw new ArgumentOutOfRangeException(nameof(Iterations), $"Iterations is {Iterations}; use at least 1.");
        return this;
    }
}
