using ITContrast.Evaluation.Ranking;
using static TorchSharp.torch;

namespace ITContrast.Evaluation.Corrections;

/// <summary>Ranks under a test-time correction, and whether it used the test queries.</summary>
/// <param name="Ranks">The report, by corrected scores.</param>
/// <param name="Correction">The correction's name.</param>
/// <param name="Transductive">The bank was the test set itself: not comparable with results that answer each query alone.</param>
public sealed record CorrectedReport(RetrievalReport Ranks, string Correction, bool Transductive);

/// <summary>
/// <see cref="Retrieval"/> with the scores corrected for hubness, both directions; off unless called. Every score is taken by definition, so it
/// costs several times a plain evaluation. Ties as there, on the corrected scores.
/// </summary>
public static class CorrectedRetrieval
{
    /// <summary>Evaluates with a correction learned from a bank, or from the test set where none is given.</summary>
    /// <param name="images">Image embeddings, <c>[N, D]</c>.</param>
    /// <param name="captions">Caption embeddings, <c>[M, D]</c>.</param>
    /// <param name="imageOf">Per caption the row of its image.</param>
    /// <param name="correction">Which.</param>
    /// <param name="imageBank">Images of the training split, <c>[·, D]</c>, the bank of image queries; null takes the test images (transductive).</param>
    /// <param name="captionBank">Captions of the training split, the bank of caption queries; null takes the test captions (transductive).</param>
    /// <param name="options">Threads; the rest is not used.</param>
    /// <exception cref="ShapeException">As <see cref="Retrieval.Evaluate"/>, or a bank of another width.</exception>
    public static CorrectedReport Evaluate(Tensor images, Tensor captions, int[] imageOf, ScoreCorrection correction,
        Tensor? imageBank = null, Tensor? captionBank = null, RetrievalOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(correction);
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        Rows x = Rows.Of(images, "images"), y = Rows.Of(captions, "captions");
        return Evaluate(x, y, imageOf, correction,
            imageBank is null ? null : Rows.Of(imageBank, "imageBank"), captionBank is null ? null : Rows.Of(captionBank, "captionBank"), options ?? new());
    }

    internal static CorrectedReport Evaluate(
        Rows x, Rows y, int[] imageOf, ScoreCorrection correction, Rows? imageBank, Rows? captionBank, RetrievalOptions options)
    {
        Pairing.Require(x, y, imageOf);
        RequireWidth(imageBank, x.Width);
        RequireWidth(captionBank, x.Width);
        Rows ofImages = imageBank ?? x, ofCaptions = captionBank ?? y;
        int workers = Workers.Number(options);
        int[][] captionsOf = [.. Enumerable.Range(0, x.Count).Select(_ => Array.Empty<int>())];
        foreach (var own in Enumerable.Range(0, imageOf.Length).GroupBy(caption => imageOf[caption])) captionsOf[own.Key] = [.. own];
        int[][] imagesOf = [.. imageOf.Select(image => (int[])[image])];
        RankCounts forImages = Rank(x, y, captionsOf, correction.Learn(new(ofImages, y, ofCaptions, workers)), workers);
        RankCounts forCaptions = Rank(y, x, imagesOf, correction.Learn(new(ofCaptions, x, ofImages, workers)), workers);
        return new(RetrievalReport.From(forImages, forCaptions, ScorePrecision.Defined), correction.Name, imageBank is null || captionBank is null);
    }

    private static RankCounts Rank(Rows queries, Rows gallery, int[][] positives, Correction correction, int workers)
    {
        var counts = new RankCounts(queries.Count);
        DefinedRows.ForEach(queries, gallery, workers, (query, scores) =>
        {
            double[] corrected = scores.ToArray();
            if (correction.Hubs == null || correction.Hubs[Best(scores)])
                for (int item = 0; item < corrected.Length; item++) corrected[item] -= correction.Offsets[item];
            int positive = positives[query].MaxBy(item => corrected[item]);
            for (int item = 0; item < corrected.Length; item++)
                counts.Add(
                    query, corrected[item], corrected[positive], item, positive, corrected[item] == corrected[positive] && positives[query].Contains(item));
        });
        return counts;
    }

    private static int Best(ReadOnlySpan<double> scores)
    {
        int best = 0;
        for (int item = 1; item < scores.Length; item++)
            if (scores[item] > scores[best]) best = item;
        return best;
    }

    private static void RequireWidth(Rows? bank, int width)
    {
        if (bank != null && bank.Width != width)
            throw new ShapeException($"{bank.Name} (bank) has width {bank.Width}, the embeddings {width}: expected one width. Embed both with one model.");
    }
}
