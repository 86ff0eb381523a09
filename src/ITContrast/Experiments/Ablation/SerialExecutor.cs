using ITContrast.Training;

namespace ITContrast.Experiments.Ablation;

/// <summary>
/// Computes cells one after another in this process: no start-up for each, so the quickest way on one core. What a cell leaves in memory or a crash costs
/// is the others' too; <see cref="LocalExecutor"/> keeps cells apart.
/// </summary>
public sealed class SerialExecutor : IAblationExecutor
{
    /// <inheritdoc/>
    public Task<IReadOnlyList<Cell>> RunAsync(IReadOnlyList<RunConfig> cells, RunStore store, IProgress<Cell>? progress = null, CancellationToken cancellation = default) =>
        Task.Run<IReadOnlyList<Cell>>(() => [.. cells.Select(config => RunOne(config, store, progress, cancellation))], cancellation);

    private static Cell RunOne(RunConfig config, RunStore store, IProgress<Cell>? progress, CancellationToken cancellation)
    {
        progress?.Report(new(config, CellState.Running));
        Cell cell;
        try
        {
            Experiment.Run(config, store, cancellation: cancellation);
            cell = new(config, CellState.Done);
        }
        catch (Exception error) when (error is TrainingException or DataException or ArgumentException or IOException)
        {
            cell = new(config, CellState.Failed, error.Message);
        }
        progress?.Report(cell);
        return cell;
    }
}
