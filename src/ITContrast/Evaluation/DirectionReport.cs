namespace ITContrast.Evaluation;

/// <summary>
/// Ranks of one direction and the metrics the field reports from them. With rank_q the 0-based rank of the query's best positive:
/// <code>
///   R@K = 100 · #{q : rank_q &lt; K} / Q      MedR = ⌊median(rank)⌋ + 1      MeanR = mean(rank) + 1
/// </code>
/// Ties: an equal score counts against the query when it stands before the positive in the gallery; see <see cref="ExpectedRecall"/>.
/// Source: vsepp, SCAN and vse_infty evaluation code [V]; the tie rule is this project's.
/// </summary>
public sealed record DirectionReport
{
    private readonly TieCounts[] ties;

    internal DirectionReport(int gallery, int[] ranks, TieCounts[] ties)
    {
        (Gallery, Ranks, this.ties) = (gallery, ranks, ties);
        int[] sorted = [.. ranks.Order()];
        int middle = sorted.Length / 2;
        double median = sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + (double)sorted[middle]) / 2;
        MedianRank = Math.Floor(median) + 1;
        MeanRank = ranks.Average(rank => (double)rank) + 1;
        TiedQueries = ties.Count(tie => tie.EqualOthers > 0) / (double)ranks.Length;
    }

    /// <summary>Queries, Q ≥ 1.</summary>
    public int Queries => Ranks.Length;

    /// <summary>Items ranked for each query.</summary>
    public int Gallery { get; }

    /// <summary>0-based rank of each query's best positive, <c>[Q]</c>.</summary>
    public int[] Ranks { get; }

    /// <summary>R@1 in percent.</summary>
    public double R1 => Recall(1);

    /// <summary>R@5 in percent.</summary>
    public double R5 => Recall(5);

    /// <summary>R@10 in percent.</summary>
    public double R10 => Recall(10);

    /// <summary>⌊median of the 0-based ranks⌋ + 1, as the field prints it.</summary>
    public double MedianRank { get; }

    /// <summary>Mean of the 0-based ranks, plus 1.</summary>
    public double MeanRank { get; }

    /// <summary>Share of queries, 0 to 1, whose positive scores exactly the same as some item that is not a positive.</summary>
    public double TiedQueries { get; }

    /// <summary>Over 0.1 % of the queries have a tied positive: quote <see cref="ExpectedRecall"/> too, the order of ties is arbitrary.</summary>
    public bool TieWarning => TiedQueries > 0.001;

    /// <summary>R@K in percent: the share of queries with a positive among the first <paramref name="k"/>.</summary>
    /// <param name="k">At least 1.</param>
    public double Recall(int k)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(k, 1);
        return 100.0 * Ranks.Count(rank => rank < k) / Ranks.Length;
    }

    /// <summary>
    /// R@K in percent, in expectation when equal scores come in random order. With g items above, e equal, p of them positives, m = K − g places left:
    /// <code>
    ///   P(hit) = 1 − C(e − p, m) / C(e, m)      (0 when m ≤ 0, 1 when m > e − p)
    /// </code>
    /// </summary>
    /// <param name="k">At least 1.</param>
    public double ExpectedRecall(int k)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(k, 1);
        return 100 * ties.Average(tie => tie.HitProbability(k));
    }
}
