namespace ITContrast.Evaluation.Ranking;

/// <summary>
/// What is counted for each query against its best positive's defined score t: how many gallery items score above it, how many that are not
/// positives score exactly t (and how many of those stand before it in the gallery), and how many positives score t, itself included.
/// One instance a thread; they add up.
/// </summary>
internal sealed class RankCounts(int queries)
{
    public int[] Greater { get; } = new int[queries];
    public int[] EqualBefore { get; } = new int[queries];
    public int[] EqualOthers { get; } = new int[queries];
    public int[] EqualPositives { get; } = new int[queries];

    /// <summary>Counts one gallery item whose defined score is known.</summary>
    public void Add(int query, double score, double threshold, int item, int positiveItem, bool isPositive)
    {
        if (score > threshold) Greater[query]++;
        else if (score < threshold) return;
        else if (isPositive) EqualPositives[query]++;
        else
        {
            EqualOthers[query]++;
            if (item < positiveItem) EqualBefore[query]++;
        }
    }

    public void Add(RankCounts other)
    {
        for (int query = 0; query < Greater.Length; query++)
        {
            Greater[query] += other.Greater[query];
            EqualBefore[query] += other.EqualBefore[query];
            EqualOthers[query] += other.EqualOthers[query];
            EqualPositives[query] += other.EqualPositives[query];
        }
    }

    /// <summary>0-based ranks: strictly greater plus equal with a lower index.</summary>
    public int[] Ranks()
    {
        var ranks = new int[Greater.Length];
        for (int query = 0; query < ranks.Length; query++) ranks[query] = Greater[query] + EqualBefore[query];
        return ranks;
    }
}
