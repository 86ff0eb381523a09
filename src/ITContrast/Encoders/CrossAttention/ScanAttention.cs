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
public sealed record ScanOptions(
    ScanDirection Direction = ScanDirection.TextToImage, ScanAggregation Aggregation = ScanAggregation.Average, double SoftmaxScale = 9,
    double AggregationScale = 6);

/// <summary>
/// SCAN's stacked cross attention: the score of every image with every caption, from their regions and words.
/// <code>
///   a_qc = leakyrelu₀.₁( q·c ), L2-normalised over the askers q        w_qc = softmax_c( λ·a_qc )
///   r_q  = cos( q, Σ_c w_qc c )        S = mean_q r_q   or   (1/λ') log Σ_q e^{λ' r_q}
/// </code>
/// Contexts are never mixed in full: with p_qc = q·c and the contexts' Gram matrix G, <c>q·Σ w_qc c = Σ w_qc p_qc</c> and <c>‖Σ w_qc c‖² = wᵀGw</c>, so all
/// pairs of a batch take one product and no tensor is wider than the pairs of regions and words. Cost O(N·M·R·L·D): evaluate in tiles.
/// Source: Lee et al., SCAN (ECCV 2018), <c>kuanghuei/SCAN</c> [V, METHODS 5.1]; the Gram form is an identity.
/// </summary>
public static class ScanAttention
{
    /// <summary>Scores <c>[N, M]</c>, attached.</summary>
    /// <param name="regions">Unit region vectors, <c>[N, R, D]</c>; padding zero or anything finite.</param>
    /// <param name="regionCounts">Valid regions, <c>[N]</c> int64.</param>
    /// <param name="words">Unit word vectors, <c>[M, L, D]</c>; padding zero or anything finite.</param>
    /// <param name="wordCounts">Valid words, <c>[M]</c> int64.</param>
    /// <param name="options">Direction, aggregation and scales.</param>
    /// <exception cref="ShapeException">The sets are not <c>[N, R, D]</c> and <c>[M, L, D]</c> with a count each.</exception>
    public static Tensor Scores(Tensor regions, Tensor regionCounts, Tensor words, Tensor wordCounts, ScanOptions options)
    {
        if (regions.ndim != 3 || regionCounts.ndim != 1 || regionCounts.shape[0] != regions.shape[0])
            throw ShapeException.Of("regions", "N, R, D with counts [N]", regions.shape);
        if (words.ndim != 3 || words.shape[2] != regions.shape[2] || wordCounts.ndim != 1 || wordCounts.shape[0] != words.shape[0])
            throw ShapeException.Of("words", $"M, L, {regions.shape[2]} with counts [M]", words.shape);
        using var scope = NewDisposeScope();
        var (n, r, m, l, d) = (regions.shape[0], regions.shape[1], words.shape[0], words.shape[1], regions.shape[2]);
        var region = Valid(regionCounts, r).view(n, r, 1, 1);
        var word = Valid(wordCounts.to(regions.device), l).view(1, 1, m, l);
        // p: [N, R, M, L]
        var products = regions.reshape(n * r, d).matmul(words.reshape(m * l, d).T).view(n, r, m, l);
        var attention = nn.functional.leaky_relu(products, 0.1) * region.logical_and(word).to(products.dtype);
        var scores = options.Direction == ScanDirection.TextToImage
            ? OfWords(regions, products, attention, region, word, options)
            : OfRegions(words, products, attention, region, word, options);
        return scores.MoveToOuterDisposeScope();
    }

    private static Tensor Valid(Tensor counts, long places) =>
        arange(places, dtype: ScalarType.Int64, device: counts.device).unsqueeze(0) < counts.unsqueeze(1);

    // Words ask, regions answer: normalised over L, softmax over R.
    private static Tensor OfWords(Tensor regions, Tensor products, Tensor attention, Tensor region, Tensor word, ScanOptions options)
    {
        var (n, r, m, l) = (products.shape[0], products.shape[1], products.shape[2], products.shape[3]);
        var weights = (Normalised(attention, 3) * options.SoftmaxScale).masked_fill(region.logical_not(), double.NegativeInfinity).softmax(1);
        var gram = regions.matmul(regions.transpose(1, 2));
        var lengths = (gram.matmul(weights.view(n, r, m * l)).view(n, r, m, l) * weights).sum(1);
        return Aggregate((weights * products).sum(1) * InverseRoot(lengths), word.squeeze(1), options);
    }

    // Regions ask, words answer: normalised over R, softmax over L.
    private static Tensor OfRegions(Tensor words, Tensor products, Tensor attention, Tensor region, Tensor word, ScanOptions options)
    {
        var (n, r, m, l) = (products.shape[0], products.shape[1], products.shape[2], products.shape[3]);
        var weights = (Normalised(attention, 1) * options.SoftmaxScale).masked_fill(word.logical_not(), double.NegativeInfinity).softmax(3);
        var byCaption = weights.permute(2, 0, 1, 3).reshape(m, n * r, l);
        var gram = words.matmul(words.transpose(1, 2));
        var lengths = (byCaption.matmul(gram) * byCaption).sum(2).view(m, n, r).permute(1, 0, 2);
        return Aggregate((weights * products).sum(3).transpose(1, 2) * InverseRoot(lengths), region.view(n, 1, r), options);
    }

    private static Tensor Normalised(Tensor attention, int dimension) => attention * InverseRoot(attention.square().sum(dimension, true));

    // 1/√x with x bounded below before the root, so that padding has a finite gradient.
    private static Tensor InverseRoot(Tensor squares) => squares.clamp(min: 1e-16).rsqrt();

    // Relevances [N, M, askers] and who is one.
    private static Tensor Aggregate(Tensor relevance, Tensor valid, ScanOptions options)
    {
        if (options.Aggregation == ScanAggregation.LogSumExp)
            return (relevance * options.AggregationScale).masked_fill(valid.logical_not(), double.NegativeInfinity).logsumexp(2) / options.AggregationScale;
        var counted = valid.to(relevance.dtype);
        return (relevance * counted).sum(2) / counted.sum(2);
    }
}
