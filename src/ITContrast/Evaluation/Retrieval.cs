using ITContrast.Evaluation.Ranking;
using static TorchSharp.torch;

namespace ITContrast.Evaluation;

/// <summary>
/// Exact retrieval ranks, both directions from one pass over tiles of S = images · captionsᵀ, in memory bounded by the tile.
/// <code>
///   s(i, c) = Σ_k v_ik · t_ck                fp32 rows, products added in float64 in index order
///   rank(q) = min over positives p of #{g : s(q, g) > s(q, p)} + #{g : s(q, g) = s(q, p), g before p}
/// </code>
/// A matrix product decides only the comparisons outside its proven error bound; the score as defined decides the rest. So the ranks are the
/// same for every tile size, thread count, BLAS kernel and precision. Constant scores give captions → images exactly K/N, images → captions
/// ⌈K/5⌉/N, never more than chance. Source: vsepp, SCAN, vse_infty protocol [V]; tie rule and definition of the score are this project's.
/// </summary>
public static class Retrieval
{
    // A matrix product this small is not worth a second thread, nor a sample to choose its precision.
    private const long SmallProduct = 1L << 26;

    /// <summary>Ranks every caption for each image and every image for each caption.</summary>
    /// <param name="images">Image embeddings, <c>[N, D]</c>; fp32, or bf16 or fp16, which convert exactly. Unit rows make scores cosines.</param>
    /// <param name="captions">Caption embeddings, <c>[M, D]</c>.</param>
    /// <param name="imageOf">Per caption the row of its image, <c>[M]</c>; every image needs at least one caption.</param>
    /// <param name="options">Precision, tiles, threads; defaults where null. No option changes a rank.</param>
    /// <exception cref="ShapeException">Widths differ, or <paramref name="imageOf"/> has another length, an image row that is not there, or
    /// none of some image.</exception>
    /// <exception cref="DataException">A value is not finite; the message names the row.</exception>
    /// <exception cref="ArgumentException">An element type that fp32 does not hold.</exception>
    public static RetrievalReport Evaluate(Tensor images, Tensor captions, int[] imageOf, RetrievalOptions? options = null)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        return Rank(Rows.Of(images, "images"), Rows.Of(captions, "captions"), imageOf, options ?? new());
    }

    internal static RetrievalReport Rank(Rows images, Rows captions, int[] imageOf, RetrievalOptions options)
    {
        Pairing.Require(images, captions, imageOf, options.Distractors);
        var ranks = new TwoWayRanks(images, captions, imageOf);
        using IScoreProduct? product = Products.Choose(ranks, options, out ScorePrecision precision);
        long work = (long)images.Count * captions.Count * images.Width;
        int workers = work < SmallProduct ? 1 : Workers.Number(options);
        var (ofImages, ofCaptions) = ranks.Count(product, TileShape.For(options, images.Count, captions.Count, workers, product), workers, options.Progress);
        return RetrievalReport.From(ofImages, ofCaptions, precision, options.Distractors ? Pairing.Captioned(imageOf) : null);
    }
}
