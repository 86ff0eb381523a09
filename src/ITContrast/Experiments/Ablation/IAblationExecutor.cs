namespace ITContrast.Experiments.Ablation;

/// <summary>How a cell stands.</summary>
public enum CellState
{
    /// <summary>Not begun, interrupted, or left to the process that computes it.</summary>
    Waiting,
    /// <summary>Being computed.</summary>
    Running,
    /// <summary>Its result is in the store.</summary>
    Done,
    /// <summary>Its process ended without a result; the message says why.</summary>
    Failed,
}

/// <summary>A cell and how it stands.</summary>
/// <param name="Config">The cell's configuration.</param>
/// <param name="State">How it stands.</param>
/// <param name="Message">The last lines of a failed cell; else empty.</param>
public sealed record Cell(RunConfig Config, CellState State, string Message = "");

/// <summary>Computes the cells of an ablation somewhere. The run store is the truth: a cell whose run is finished is not computed again.</summary>
public interface IAblationExecutor
{
    /// <summary>Computes what is missing.</summary>
    /// <param name="cells">All cells.</param>
    /// <param name="store">Where the runs are kept.</param>
    /// <param name="progress">Told when a cell changes its state.</param>
    /// <param name="cancellation">Stops all cells; the next call resumes them.</param>
    /// <returns>All cells, each done or failed. One failed cell fails alone.</returns>
    Task<IReadOnlyList<Cell>> RunAsync(
        IReadOnlyList<RunConfig> cells, RunStore store, IProgress<Cell>? progress = null, CancellationToken cancellation = default);
}
