namespace ITContrast.Evaluation.Corrections;

/// <summary>
/// A correction of hubness at test time. Each of the published ones changes a query's order only through an offset of the gallery item,
/// s'(q, g) = s(q, g) − c(g), where c is learned from a bank of queries. With the test queries themselves as the bank the result is
/// <em>transductive</em>: it uses the whole test set to answer one query, and must not be compared with results that do not.
/// </summary>
public abstract record ScoreCorrection
{
    private protected ScoreCorrection() { }

    /// <summary>The name in reports.</summary>
    public abstract string Name { get; }

    /// <summary>What the bank teaches.</summary>
    internal abstract Correction Learn(ScoreBank bank);

    /// <summary>A temperature or similar: finite and above 0.</summary>
    private protected static double Positive(double value, string name) =>
        double.IsFinite(value) && value > 0 ? value : throw new ArgumentOutOfRangeException(name, value, $"{name} is finite and above 0.");
}

/// <summary>c(g) for every gallery row; with hubs, it holds only for queries whose best item is one.</summary>
internal sealed record Correction(double[] Offsets, bool[]? Hubs = null);
