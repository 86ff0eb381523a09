using static TorchSharp.torch;

namespace ITContrast.Encoders.CrossAttention;

/// <summary>Which modality asks.</summary>
public enum ScanDirection
{
    /// <summary>Each word attends over the regions (text to image).</summary>
    TextToImage,
    /// <summary>Each region attends over the words (image to text).</summary>
    ImageToText,
}

/// <summary>How the relevances of an asker's members become one score.</summary>
public enum ScanAggregation
{
    /// <summary>Their mean.</summary>
    Average,
    /// <summary><c>(1/λ)·log Σ e^{λ r}</c>.</summary>
    LogSumExp,
}

/// <summary>Options of <see cref="ScanAttention"/>; defaults are the published ones for text to image with the mean.</summary>
/// <param name="Direction">Which modality asks.</param>
/// <param name="Aggregation">Mean or log-sum-exp.</param>
/// <param name="SoftmaxScale">λ of the attention; 9 for text to image, 4 for image to text.</param>
/// <param name="AggregationScale">λ of log-sum-exp; 6 for text to image, 5 (Flickr30K) or 20 (COCO) for image to text. Ignored by the mean.</param>
public sealed record ScanOptions(ScanDirection Direction = ScanDirection.TextToImage, ScanAggregation Aggregation = ScanAggregation.Average, double SoftmaxScale = 9, double AggregationScale = 6);

/// <summary>
/// SCAN's stacked cross attention: the score of every image with every caption, from their regions and words.
/// <code>
///   a_qc = leakyrelu₀.₁( q·c ), L2-normalised over the askers q        w_qc = softmax_c( λ·a_qc )
///   r_q  = cos( q, Σ_c w_qc c )        S = mean_q r_q   or   (1/λ') log Σ_q e^{λ' r_q}
/// </code>
/// Cost O(N·M·R·L·D): evaluate in shards.
/// Source: Lee et al., SCAN (ECCV 2018), <c>kuanghuei/SCAN</c> [V, METHODS 5.1].
/// </summary>
public static class ScanAttention
{
    /// <summary>Scores <c>[N, M]</c>, attached.</summary>
    /// <param name="regions">Unit region vectors, <c>[N, R, D]</c>.</param>
    /// <param name="regionCounts">Valid regions, <c>[N]</c> int64.</param>
    /// <param name="words">Unit word vectors, <c>[M, L, D]</c>.</param>
    /// <param name="wordCounts">Valid words, <c>[M]</c> int64.</param>
    /// <param name="options">Direction, aggregation and scales.</param>
    /// <remarks>Captions are taken one at a time, as published, so that no padding takes part in the normalisation over words.</remarks>
    public static Tensor Scores(Tensor regions, Tensor regionCounts, Tensor words, Tensor wordCounts, ScanOptions options)
    {
        var lengths = wordCounts.cpu().data<long>().ToArray();
        var valid = arange(regions.shape[1], dtype: ScalarType.Int64, device: regions.device).unsqueeze(0) < regionCounts.unsqueeze(1);
        var columns = new List<Tensor>(lengths.Length);
        for (var m = 0; m < lengths.Length; m++)
        {
            using var scope = NewDisposeScope();
            var caption = words[m].narrow(0, 0, lengths[m]);
            columns.Add(OneCaption(regions, valid, caption, options).MoveToOuterDisposeScope());
        }
        return stack(columns, 1);
    }

    // a: [N, askers, contexts]; the L2 normalisation runs over the askers, the softmax over the contexts.
    private static Tensor OneCaption(Tensor regions, Tensor valid, Tensor caption, ScanOptions options)
    {
        var products = nn.functional.leaky_relu(regions.matmul(caption.T), 0.1) * valid.to(regions.dtype).unsqueeze(2);
        if (options.Direction == ScanDirection.TextToImage)
        {
            var attention = nn.functional.normalize(products.transpose(1, 2), dim: 1, eps: 1e-8) * options.SoftmaxScale;
            var weights = attention.masked_fill(valid.logical_not().unsqueeze(1), double.NegativeInfinity).softmax(2);
            var relevance = Cosine(caption.unsqueeze(0), weights.matmul(regions));
            return Aggregate(relevance, null, options);
        }
        else
        {
            var weights = (nn.functional.normalize(products, dim: 1, eps: 1e-8) * options.SoftmaxScale).softmax(2);
            var relevance = Cosine(regions, weights.matmul(caption));
            return Aggregate(relevance, valid, options);
        }
    }

    private static Tensor Cosine(Tensor a, Tensor b) => (a * b).sum(2) / (a.norm(2) * b.norm(2)).clamp(min: 1e-8);

    private static Tensor Aggregate(Tensor relevance, Tensor? valid, ScanOptions options)
    {
        if (options.Aggregation == ScanAggregation.LogSumExp)
        {
            var scaled = relevance * options.AggregationScale;
            if (valid is not null) scaled = scaled.masked_fill(valid.logical_not(), double.NegativeInfinity);
            return scaled.logsumexp(1) / options.AggregationScale;
        }
        if (valid is null) return relevance.mean(new long[] { 1 });
        var weights = valid.to(relevance.dtype);
        return (relevance * weights).sum(1) / weights.sum(1);
    }
}
