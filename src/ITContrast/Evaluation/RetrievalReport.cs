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

    internal static RetrievalReport From(RankCounts images, RankCounts captions, ScorePrecision precision) =>
        new(Direction(images, captions.Greater.Length), Direction(captions, images.Greater.Length)) { Precision = precision };

    private static DirectionReport Direction(RankCounts counts, int gallery)
    {
        var ties = new TieCounts[counts.Greater.Length];
        for (int query = 0; query < ties.Length; query++)
            ties[query] = new(counts.Greater[query], counts.EqualOthers[query], counts.EqualPositives[query]);
        return new(gallery, counts.Ranks(), ties);
    }
}
