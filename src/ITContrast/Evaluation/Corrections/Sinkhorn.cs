namespace ITContrast.Evaluation.Corrections;

/// <summary>
/// Sinkhorn: the entropic transport plan of cost 1 − s between queries and items with uniform margins, <c>log P = u(q) + s/ε + v(g)</c>, so
/// <c>c(g) = −ε·v(g)</c>. Source: Cuturi, NeurIPS 2013; ε .01 and 10 iterations as in DBSN's code [V].
/// </summary>
public sealed record Sinkhorn : ScoreCorrection
{
    /// <summary>ε, above 0; default 0.01.</summary>
    public double Regularisation { get; init => field = Positive(value, nameof(Regularisation)); } = 0.01;

    /// <summary>Iterations, at least 1; default 10.</summary>
    public int Iterations { get; init => field = value >= 1 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "At least 1."); } = 10;

    /// <inheritdoc/>
    public override string Name => "sinkhorn";

    internal override Correction Learn(ScoreBank bank)
    {
        // In units of score: rows are -ε·u, offsets -ε·v. The margins 1/Q and 1/M are constants that no order depends on.
        var offsets = new double[bank.Items];
        for (int iteration = 0; iteration < Iterations; iteration++)
        {
            double[] rows = bank.LogSumExpByQuery(Regularisation, offsets);
            offsets = bank.LogSumExp(Regularisation, rows);
        }
        return new(offsets);
    }
}
