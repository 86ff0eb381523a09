namespace ITContrast.Evaluation.Ranking;

/// <summary>A query and one of its positives: row of the queries, row of the whole gallery, and their defined score.</summary>
internal readonly record struct PositivePair(int Query, int Item, double Score);

/// <summary>Where a positive stands: gallery items that score above it, and those that score the same, before it and in all (itself included).</summary>
internal record struct PairCount(int Greater, int EqualBefore, int Equal)
{
    /// <summary>0-based rank among the whole gallery.</summary>
    public readonly int Rank => Greater + EqualBefore;
}
