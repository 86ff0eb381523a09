using ITContrast.Data;
using static TorchSharp.torch;

namespace ITContrast.Evaluation.Reranking;

/// <summary>Feeds pairs to a matcher in batches and checks what comes back.</summary>
internal sealed class PairScorer(
    IMatcher matcher, Func<int[], ImageBatch> readImages, Func<int[], CaptionBatch> readCaptions, RerankOptions options, long total)
{
    private long done;

    /// <summary>Scores of image rows with caption rows, pair by pair.</summary>
    public float[] Score(int[] imageRows, int[] captionRows)
    {
        var scores = new float[imageRows.Length];
        for (int start = 0; start < scores.Length; start += options.BatchSize)
        {
            Range range = start..Math.Min(start + options.BatchSize, scores.Length);
            int[] images = imageRows[range], captions = captionRows[range];
            using ImageBatch left = readImages(images);
            using CaptionBatch right = readCaptions(captions);
            using var scope = NewDisposeScope();
            Tensor result = matcher.Score(left, right);
            if (result.ndim != 1 || result.shape[0] != images.Length)
                throw ShapeException.Of("the matcher's scores", $"{images.Length}", result.shape);
            result.to(ScalarType.Float32).cpu().data<float>().CopyTo(scores, start);
            for (int pair = 0; pair < images.Length; pair++)
                if (float.IsNaN(scores[start + pair]))
                    throw new DataException($"The matcher's score of image row {images[pair]} with caption row {captions[pair]} is NaN.");
            done += images.Length;
            options.Progress?.Report((double)done / total);
        }
        return scores;
    }
}
