namespace ITContrast.Evaluation.Ranking;

/// <summary>Picks the arithmetic for a pair of matrices.</summary>
internal static class Products
{
    /// <returns>Null for <see cref="ScorePrecision.Defined"/>; the caller disposes it.</returns>
    public static IScoreProduct? Choose(Rows first, Rows second, RetrievalOptions options, out ScorePrecision precision)
    {
        precision = options.Precision;
        if (precision == ScorePrecision.Defined) return null;
        if (precision == ScorePrecision.BFloat16) return new BFloat16Product(first, second);
        precision = ScorePrecision.Single;
        return new SingleProduct(first, second);
    }
}
