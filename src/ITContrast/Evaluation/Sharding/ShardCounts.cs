using ITContrast.Evaluation.Ranking;
using static TorchSharp.torch;

namespace ITContrast.Evaluation.Sharding;

/// <summary>
/// One shard's part of an evaluation: for every pair (caption, its image) the defined score, and how many rows of this shard's captions (for the
/// image query) and of its images (for the caption query) score above it or the same. Counts over the parts of a gallery add up, so merged
/// shards give the ranks of one machine, bit for bit.
/// </summary>
public sealed class ShardCounts
{
    internal ShardCounts(ShardIdentity identity, double[] scores, PairCount[] imageQuery, PairCount[] captionQuery, JudgedCounts[] judged) =>
        (Identity, Scores, ImageQuery, CaptionQuery, Judged) = (identity, scores, imageQuery, captionQuery, judged);

    /// <summary>Which shard of which embeddings.</summary>
    public ShardIdentity Identity { get; }

    internal double[] Scores { get; }

    // Per caption: of its image as the query against captions, and of itself as the query against images.
    internal PairCount[] ImageQuery { get; }
    internal PairCount[] CaptionQuery { get; }
    internal JudgedCounts[] Judged { get; }

    /// <summary>Counts shard <paramref name="shard"/> of <paramref name="shards"/>: its run of caption rows and its run of image rows.</summary>
    /// <param name="images">Image embeddings, <c>[N, D]</c>.</param>
    /// <param name="captions">Caption embeddings, <c>[M, D]</c>.</param>
    /// <param name="imageOf">Per caption the row of its image.</param>
    /// <param name="shard">0-based.</param>
    /// <param name="shards">At least 1, at most the smaller number of rows.</param>
    /// <param name="options">As for <see cref="Retrieval.Evaluate"/>.</param>
    /// <param name="judged">Extended judgements to count for too; the same for every shard.</param>
    /// <exception cref="ShapeException">As <see cref="Retrieval.Evaluate"/>.</exception>
    public static ShardCounts Compute(
        EmbeddingFile images, EmbeddingFile captions, int[] imageOf, int shard, int shards, RetrievalOptions? options = null,
        IReadOnlyList<JudgedSet>? judged = null)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(captions);
        if (shards < 1 || shards > Math.Min(images.Count, captions.Count) || shard < 0 || shard >= shards)
            throw new ArgumentOutOfRangeException(nameof(shard), $"{shard}/{shards}",
                $"Shards are numbered 0 to n - 1, and n is 1 to {Math.Min(images.Count, captions.Count)} here.");
        options ??= new();
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        Rows x = images.Rows(), y = captions.Rows();
        Pairing.Require(x, y, imageOf, options.Distractors);
        int[] all = [.. Enumerable.Range(0, imageOf.Length)];
        double[] scores = DefinedScore.OfPairs(x, imageOf, y, all);
        // The image query's pairs in image order, as PairRanks wants them; counts return to caption order below.
        int[] byImage = [.. all.OrderBy(caption => imageOf[caption])];
        PairCount[] sorted = Part(new(x, all, [.. byImage.Select(c => new PositivePair(imageOf[c], c, scores[c]))]), y);
        var ofImages = new PairCount[imageOf.Length];
        for (int place = 0; place < byImage.Length; place++) ofImages[byImage[place]] = sorted[place];
        PairCount[] ofCaptions = Part(new(y, all, [.. all.Select(c => new PositivePair(c, imageOf[c], scores[c]))]), x);
        JudgedCounts[] ofJudged = [.. (judged ?? []).Select(set =>
        {
            Rows gallery = set.ImageQuery ? y : x;
            JudgedPairs pairs = JudgedPairs.Of(set.ImageQuery ? x : y, gallery, set.Positives);
            return new JudgedCounts(set.Name, set.ImageQuery, pairs.Queries, pairs.Pairs, Part(pairs, gallery));
        })];
        return new(ShardIdentity.Of(images, captions, imageOf, shard, shards), scores, ofImages, ofCaptions, ofJudged);

        PairCount[] Part(JudgedPairs pairs, Rows gallery)
        {
            int start = (int)((long)gallery.Count * shard / shards), end = (int)((long)gallery.Count * (shard + 1) / shards);
            return ExtendedRetrieval.Count(pairs, gallery.Slice(start, end - start), start, options);
        }
    }
}
