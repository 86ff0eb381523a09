using ITContrast.Evaluation.Ranking;

namespace ITContrast.Evaluation.Sharding;

/// <summary>
/// One shard's part of a <see cref="JudgedSet"/>: for every (query, positive) pair its defined score and the counts over this part of the gallery.
/// </summary>
internal sealed record JudgedCounts(string Name, bool ImageQuery, int[] Queries, PositivePair[] Pairs, PairCount[] Counts)
{
    /// <summary>Whether two shards asked the same: names, queries, positives and scores, in one order.</summary>
    public bool IsOfTheSame(JudgedCounts other) =>
        Name == other.Name && ImageQuery == other.ImageQuery && Queries.AsSpan().SequenceEqual(other.Queries) && Pairs.AsSpan().SequenceEqual(other.Pairs);
}
