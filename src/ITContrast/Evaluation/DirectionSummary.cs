namespace ITContrast.Evaluation;

/// <summary>The metrics of one direction, averaged over folds.</summary>
public sealed record DirectionSummary
{
    private DirectionSummary() { }

    /// <summary>Queries in all folds together.</summary>
    public int Queries { get; private init; }

    /// <summary>Items ranked for each query (of the largest fold).</summary>
    public int Gallery { get; private init; }

    /// <summary>R@1, percent.</summary>
    public double R1 { get; private init; }

    /// <summary>R@5, percent.</summary>
    public double R5 { get; private init; }

    /// <summary>R@10, percent.</summary>
    public double R10 { get; private init; }

    /// <summary>R@1, percent, in expectation over random orders of equal scores.</summary>
    public double ExpectedR1 { get; private init; }

    /// <summary>R@5, percent, in the same expectation.</summary>
    public double ExpectedR5 { get; private init; }

    /// <summary>R@10, percent, in the same expectation.</summary>
    public double ExpectedR10 { get; private init; }

    /// <summary>Median rank as the field prints it, see <see cref="DirectionReport.MedianRank"/>.</summary>
    public double MedianRank { get; private init; }

    /// <summary>Mean rank, from 1.</summary>
    public double MeanRank { get; private init; }

    /// <summary>Share of queries with a tied positive, 0 to 1.</summary>
    public double TiedQueries { get; private init; }

    /// <summary>Some fold has over 0.1 % of queries with a tied positive: quote the expected recalls too.</summary>
    public bool TieWarning { get; private init; }

    internal static DirectionSummary Mean(IReadOnlyList<DirectionReport> folds) => new()
    {
        Queries = folds.Sum(fold => fold.Queries),
        Gallery = folds.Max(fold => fold.Gallery),
        R1 = folds.Average(fold => fold.R1),
        R5 = folds.Average(fold => fold.R5),
        R10 = folds.Average(fold => fold.R10),
        ExpectedR1 = folds.Average(fold => fold.ExpectedRecall(1)),
        ExpectedR5 = folds.Average(fold => fold.ExpectedRecall(5)),
        ExpectedR10 = folds.Average(fold => fold.ExpectedRecall(10)),
        MedianRank = folds.Average(fold => fold.MedianRank),
        MeanRank = folds.Average(fold => fold.MeanRank),
        TiedQueries = folds.Average(fold => fold.TiedQueries),
        TieWarning = folds.Any(fold => fold.TieWarning),
    };
}
