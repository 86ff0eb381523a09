using ITContrast.Torch;

namespace ITContrast.Evaluation.Ranking;

/// <summary>Picks the arithmetic for a pair of matrices. Whatever it picks, the ranks are the same.</summary>
internal static class Products
{
    // Below this many multiplications a sample costs more than bf16 saves.
    private const long Worthwhile = 1L << 31;

    // bf16 copies of the rows are held whole; past this many bytes fp32 streams them instead.
    private const long LargestCopy = 256L << 20;

    // A bf16 product saves about as much time as re-scoring this share of the comparisons costs (10 ns of 14 an element against 100 ns a pair).
    private const double WorthwhileShare = 0.05;

    /// <summary>For both directions at once.</summary>
    /// <returns>Null for <see cref="ScorePrecision.Defined"/>; the caller disposes it.</returns>
    public static IScoreProduct? Choose(TwoWayRanks ranks, RetrievalOptions options, out ScorePrecision precision) =>
        Choose(ranks.Images, ranks.Captions, options.Precision, product => OpenShare.Of(ranks, product), out precision);

    /// <summary>For every positive of one direction.</summary>
    public static IScoreProduct? Choose(Rows queries, Rows gallery, PositivePair[] pairs, RetrievalOptions options, out ScorePrecision precision) =>
        Choose(queries, gallery, options.Precision, product => OpenShare.Of(pairs, gallery.Count, product), out precision);

    private static IScoreProduct? Choose(Rows first, Rows second, ScorePrecision wanted, Func<IScoreProduct, double> openShare, out ScorePrecision precision)
    {
        precision = wanted;
        if (wanted == ScorePrecision.Defined) return null;
        if (wanted == ScorePrecision.BFloat16) return RoundedProduct.Of(first, second);
        long copy = 2L * first.Width * ((long)first.Count + second.Count);
        if (wanted == ScorePrecision.Auto && TorchCapabilities.Current.MatrixUnits && copy <= LargestCopy &&
            (long)first.Count * second.Count * first.Width >= Worthwhile)
        {
            var product = RoundedProduct.Of(first, second);
            if (openShare(product) < WorthwhileShare)
            {
                precision = ScorePrecision.BFloat16;
                return product;
            }
            product.Dispose();
        }
        precision = ScorePrecision.Single;
        return new SingleProduct(first, second);
    }
}
