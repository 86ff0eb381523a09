namespace ITContrast.Torch;

/// <summary>A collective that failed: some rank did not take part. The message names the ranks and their hosts where they are known.</summary>
public sealed class DistributedException : TorchException
{
    internal DistributedException(string operation, string detail, IReadOnlyList<int> missing) : base(operation, detail) => MissingRanks = missing;

    /// <summary>The ranks that did not take part; empty where all are alive or it cannot be known.</summary>
    public IReadOnlyList<int> MissingRanks { get; }
}
