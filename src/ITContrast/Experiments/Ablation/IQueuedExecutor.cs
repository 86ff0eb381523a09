namespace ITContrast.Experiments.Ablation;

/// <summary>
/// An executor whose cells outlive the process that asked for them: they wait in a queue, and any process may look at them, stop them, or submit again.
/// </summary>
/// <typeparam name="TStatus">What a look at the cells gives.</typeparam>
public interface IQueuedExecutor<TStatus> : IAblationExecutor
{
    /// <summary>Puts what is neither done nor in the queue into the queue. Submitting again is resuming.</summary>
    /// <param name="cells">All cells.</param>
    /// <param name="store">Where the runs are kept.</param>
    TStatus Submit(IReadOnlyList<RunConfig> cells, RunStore store);

    /// <summary>How the cells stand now.</summary>
    /// <param name="store">Where the runs are kept.</param>
    TStatus Poll(RunStore store);

    /// <summary>Takes all cells out of the queue; running ones write their checkpoints first. Nothing is left half-written.</summary>
    /// <param name="store">Where the runs are kept.</param>
    void Cancel(RunStore store);
}
