using ITContrast.Training;

namespace ITContrast.Experiments.Ablation;

/// <summary>
/// Computes cells one after another in this process: no start-up for each, so the quickest way on one core. What a cell leaves in memory or a crash costs
/// is the others' too; <see cref="LocalExecutor"/> keeps cells apart. Cells that other processes compute come last, so that several executors share a grid.
/// </summary>
public sealed class SerialExecutor : IAblationExecutor
{
    /// <inheritdoc/>
    public Task<IReadOnlyList<Cell>> RunAsync(
        IReadOnlyList<RunConfig> cells, RunStore store, IProgress<Cell>? progress = null, CancellationToken cancellation = default) =>
        Task.Run<IReadOnlyList<Cell>>(() =>
        {
            Cell?[] ended = [.. cells.Select(config => RunOne(config, progress, () => Experiment.Run(config, store, cancellation: cancellation)))];
            for (int i = 0; i < ended.Length; i++)
                ended[i] ??= RunOne(cells[i], progress, () => Experiment.RunOrWait(cells[i], store, cancellation: cancellation));
            return [.. ended.Select(cell => cell!)];
        }, cancellation);

    // Null: another process computes it.
    private static Cell? RunOne(RunConfig config, IProgress<Cell>? progress, Action run)
    {
        progress?.Report(new(config, CellState.Running));
        Cell cell;
        try
        {
            run();
            cell = new(config, CellState.Done);
        }
        catch (RunHeldException)
        {
            progress?.Report(new(config, CellState.Waiting));
            return null;
        }
        catch (Exception error) when (error is TrainingException or DataException or ArgumentException or IOException)
        {
            cell = new(config, CellState.Failed, error.Message);
        }
        progress?.Report(cell);
        return cell;
    }
}
