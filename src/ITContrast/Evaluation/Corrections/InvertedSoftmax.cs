namespace ITContrast.Evaluation.Corrections;

/// <summary>
/// Inverted softmax: <c>c(g) = τ log Σ_q exp(s(q, g)/τ)</c>, the probability over queries instead of over items.
/// Source: Smith et al., ICLR 2017; τ of .01 to .02 for cosines [V, DBSN code].
/// </summary>
public sealed record InvertedSoftmax : ScoreCorrection
{
    /// <summary>τ, above 0; default 0.02.</summary>
    public double Temperature { get; init => field = Positive(value, nameof(Temperature)); } = 0.02;

    /// <inheritdoc/>
    public override string Name => "inverted-softmax";

    internal override Correction Learn(ScoreBank bank) => new(bank.LogSumExp(Temperature));
}
