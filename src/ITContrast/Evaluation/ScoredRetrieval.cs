using ITContrast.Evaluation.Ranking;
using static TorchSharp.torch;

namespace ITContrast.Evaluation;

/// <summary>
/// Ranks from a matrix of scores, for models without embeddings: every score counts as given, in fp32. Metrics and ties as in <see cref="Retrieval"/>.
/// <code>rank(q) = min over positives p of #{g : s(q, g) &gt; s(q, p)} + #{g : s(q, g) = s(q, p), g before p}</code>
/// </summary>
public static class ScoredRetrieval
{
    /// <summary>Ranks every caption for each image and every image for each caption.</summary>
    /// <param name="scores">Scores of N images with M captions, <c>[N, M]</c>; higher is better.</param>
    /// <param name="imageOf">Per caption the row of its image, <c>[M]</c>; every image needs at least one caption.</param>
    /// <exception cref="ShapeException">The scores are no matrix, or <paramref name="imageOf"/> does not fit it.</exception>
    /// <exception cref="DataException">A score is NaN; the message names the pair.</exception>
    public static RetrievalReport Evaluate(Tensor scores, int[] imageOf)
    {
        ArgumentNullException.ThrowIfNull(imageOf);
        if (scores.ndim != 2) throw ShapeException.Of("scores", "N, M (images by captions)", scores.shape);
        if (scores.shape[1] != imageOf.Length) throw ShapeException.Of("scores", $"N, {imageOf.Length} (a column a caption)", scores.shape);
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var (images, captions) = ((int)scores.shape[0], imageOf.Length);
        float[] values = [.. scores.to(ScalarType.Float32).cpu().contiguous().data<float>()];
        int broken = Array.FindIndex(values, float.IsNaN);
        if (broken >= 0)
            throw new DataException(
                $"The score of image {broken / captions} with caption {broken % captions} is NaN; a model whose numbers are no numbers cannot be ranked.");
        var best = BestCaptions(values, imageOf, images);
        var (ofImages, ofCaptions) = (new RankCounts(images), new RankCounts(captions));
        for (int image = 0; image < images; image++)
            for (int caption = 0; caption < captions; caption++)
            {
                float score = values[(long)image * captions + caption];
                bool own = imageOf[caption] == image;
                ofImages.Add(image, score, values[(long)image * captions + best[image]], caption, best[image], own);
                ofCaptions.Add(caption, score, values[(long)imageOf[caption] * captions + caption], image, imageOf[caption], own);
            }
        return RetrievalReport.From(ofImages, ofCaptions, ScorePrecision.Defined);
    }

    // Each image's best caption, the first of equals.
    private static int[] BestCaptions(float[] values, int[] imageOf, int images)
    {
        var best = new int[images];
        Array.Fill(best, -1);
        for (int caption = 0; caption < imageOf.Length; caption++)
        {
            int image = imageOf[caption];
            if ((uint)image >= (uint)images) throw new ShapeException($"Caption {caption} names image row {image}, but there are {images} images.");
            if (best[image] < 0 || values[(long)image * imageOf.Length + caption] > values[(long)image * imageOf.Length + best[image]]) best[image] = caption;
        }
        int lonely = Array.IndexOf(best, -1);
        return lonely < 0 ? best : throw new ShapeException($"Image row {lonely} has no caption; every image needs at least one.");
    }
}
