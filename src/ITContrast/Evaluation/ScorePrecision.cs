namespace ITContrast.Evaluation;

/// <summary>The arithmetic that decides most comparisons. The ranks do not depend on it; only the time does.</summary>
public enum ScorePrecision
{
    /// <summary>bf16 where the processor has bf16 matrix units, the product is large and a sample of it shows few open comparisons; else fp32.</summary>
    Auto,

    /// <summary>An fp32 matrix product.</summary>
    Single,

    /// <summary>A bf16 matrix product; slow where the processor has no bf16 units.</summary>
    BFloat16,

    /// <summary>No matrix product: every score by definition, in float64. Several times slower; the oracle of the others.</summary>
    Defined,
}
