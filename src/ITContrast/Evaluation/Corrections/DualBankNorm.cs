namespace ITContrast.Evaluation.Corrections;

/// <summary>
/// Dual-bank normalisation: hubs are judged by a bank of queries and by a bank of gallery items, <c>s' ∝ e^{β₁s}/Σ_q e^{β₁s(q,g)} · e^{β₂s}/Σ_h
/// e^{β₂s(h,g)}</c>, so
/// <code>
///   c(g) = (log Σ_q exp(β₁ s(q, g)) + log Σ_h exp(β₂ s(h, g))) / (β₁ + β₂)
/// </code>
/// Source: Wang et al., EMNLP 2023; β₁ 1.99 and β₂ 1/3 from DBSN's code [V]; the form of the product is this project's reading [I].
/// </summary>
public sealed record DualBankNorm : ScoreCorrection
{
    /// <summary>β₁ of the query bank, above 0; default 1.99.</summary>
    public double QuerySharpness { get; init => field = Positive(value, nameof(QuerySharpness)); } = 1.99;

    /// <summary>β₂ of the gallery bank, above 0; default 1/3.</summary>
    public double GallerySharpness { get; init => field = Positive(value, nameof(GallerySharpness)); } = 1.0 / 3;

    /// <inheritdoc/>
    public override string Name => "dbnorm";

    internal override Correction Learn(ScoreBank bank)
    {
        double[] byQueries = bank.LogSumExp(1 / QuerySharpness), byItems = bank.LogSumExpOfGallery(1 / GallerySharpness);
        // Both come in units of score, β⁻¹ log Σ.
        return new([.. byQueries.Zip(byItems, (q, h) =>
            (QuerySharpness * q + GallerySharpness * h) / (QuerySharpness + GallerySharpness))]);
    }
}
