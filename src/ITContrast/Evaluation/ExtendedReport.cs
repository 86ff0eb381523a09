namespace ITContrast.Evaluation;

/// <summary>Metrics of one direction where queries have many positives; means over the judged queries.</summary>
public sealed record ExtendedReport
{
    internal ExtendedReport(int gallery, int[] judged, int[][] ranks)
    {
        (Gallery, JudgedQueries, Ranks) = (gallery, judged, ranks);
        MapAtR = 100 * ranks.Average(AveragePrecisionAtR);
        RPrecision = 100 * ranks.Average(own => own.Count(rank => rank < own.Length) / (double)own.Length);
    }

    /// <summary>Items ranked for each query.</summary>
    public int Gallery { get; }

    /// <summary>The query rows that have a positive.</summary>
    public int[] JudgedQueries { get; }

    /// <summary>Per judged query the 0-based ranks of all its positives, ascending.</summary>
    public int[][] Ranks { get; }

    /// <summary>mAP@R in percent.</summary>
    public double MapAtR { get; }

    /// <summary>R-precision in percent.</summary>
    public double RPrecision { get; }

    /// <summary>R@1 in percent: some positive comes first.</summary>
    public double R1 => Recall(1);

    /// <summary>R@K in percent: some positive is among the first <paramref name="k"/>.</summary>
    public double Recall(int k)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(k, 1);
        return 100.0 * Ranks.Count(own => own[0] < k) / Ranks.Length;
    }

    /// <summary>Positives a judged query, on average.</summary>
    public double MeanPositives => Ranks.Average(own => (double)own.Length);

    private static double AveragePrecisionAtR(int[] own)
    {
        double sum = 0;
        for (int hit = 0; hit < own.Length && own[hit] < own.Length; hit++) sum += (hit + 1.0) / (own[hit] + 1);
        return sum / own.Length;
    }
}
