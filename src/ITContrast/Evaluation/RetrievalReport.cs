using ITContrast.Evaluation.Ranking;

namespace ITContrast.Evaluation;

/// <summary>Retrieval in both directions over the same scores.</summary>
public sealed record RetrievalReport
{
    internal RetrievalReport(DirectionReport imageQuery, DirectionReport captionQuery) =>
        (ImageQuery, CaptionQuery) = (imageQuery, captionQuery);

    /// <summary>Image query, caption gallery (the field's "i2t", sentence retrieval).</summary>
    public DirectionReport ImageQuery { get; }

    /// <summary>Caption query, image gallery (the field's "t2i", image retrieval).</summary>
    public DirectionReport CaptionQuery { get; }

    /// <summary>R@1 + R@5 + R@10 of both directions, 0 to 600.</summary>
    public double RSum => ImageQuery.R1 + ImageQuery.R5 + ImageQuery.R10 + CaptionQuery.R1 + CaptionQuery.R5 + CaptionQuery.R10;

    /// <summary>The mean recall, <see cref="RSum"/> / 6, in percent.</summary>
    public double MeanRecall => RSum / 6;

    /// <summary>The arithmetic that decided most comparisons, for the record; the ranks do not depend on it.</summary>
    public ScorePrecision Precision { get; internal init; }

    /// <param name="images">Counts of the image queries.</param>
    /// <param name="captions">Counts of the caption queries.</param>
    /// <param name="precision">For the record.</param>
    /// <param name="askedImages">The image rows that are queries; null where all are.</param>
    internal static RetrievalReport From(RankCounts images, RankCounts captions, ScorePrecision precision, int[]? askedImages = null) =>
        new(Direction(images, captions.Greater.Length, askedImages), Direction(captions, images.Greater.Length, null)) { Precision = precision };

    private static DirectionReport Direction(RankCounts counts, int gallery, int[]? asked)
    {
        int[] ranks = counts.Ranks();
        asked ??= [.. Enumerable.Range(0, ranks.Length)];
        return new(gallery, [.. asked.Select(query => ranks[query])],
            [.. asked.Select(query => new TieCounts(counts.Greater[query], counts.EqualOthers[query], counts.EqualPositives[query]))]);
    }
}
