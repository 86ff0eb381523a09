namespace ITContrast.Evaluation;

/// <summary>What a protocol prints: every metric averaged over its folds (one fold: the metric itself), and the folds.</summary>
public sealed record ProtocolReport
{
    internal ProtocolReport(RetrievalProtocol protocol, IReadOnlyList<RetrievalReport> folds)
    {
        (Protocol, Folds) = (protocol, folds);
        ImageQuery = DirectionSummary.Mean([.. folds.Select(fold => fold.ImageQuery)]);
        CaptionQuery = DirectionSummary.Mean([.. folds.Select(fold => fold.CaptionQuery)]);
    }

    /// <summary>The protocol.</summary>
    public RetrievalProtocol Protocol { get; }

    /// <summary>One report a fold.</summary>
    public IReadOnlyList<RetrievalReport> Folds { get; }

    /// <summary>Image query, caption gallery ("i2t").</summary>
    public DirectionSummary ImageQuery { get; }

    /// <summary>Caption query, image gallery ("t2i").</summary>
    public DirectionSummary CaptionQuery { get; }

    /// <summary>The mean over folds of R@1 + R@5 + R@10 of both directions, 0 to 600.</summary>
    public double RSum => Folds.Average(fold => fold.RSum);
}
