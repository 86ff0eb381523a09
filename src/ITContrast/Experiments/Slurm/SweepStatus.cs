using System.Globalization;
using System.Text;
using ITContrast.Experiments.Ablation;

namespace ITContrast.Experiments.Slurm;

/// <summary>How all cells of a sweep stand at one moment.</summary>
/// <param name="Sweep">The sweep.</param>
/// <param name="Cells">By number.</param>
public sealed record SweepStatus(Sweep Sweep, IReadOnlyList<SweepCellStatus> Cells)
{
    /// <summary>Looks at the store, the queue and the records. A finished run is done whatever the others say.</summary>
    /// <exception cref="SlurmException">squeue is missing or fails.</exception>
    public static SweepStatus Of(Sweep sweep)
    {
        // The queue first: a task that leaves it in between has then written its record, which is read after.
        var tasks = SlurmClient.Queue(sweep.JobName).GroupBy(t => t.Task).ToDictionary(g => g.Key, g => g.OrderByDescending(t => t.IsRunning).First());
        return new(sweep, [.. sweep.Cells.Select(cell => Stand(sweep, cell, tasks.GetValueOrDefault(sweep.TaskOf(cell))))]);
    }

    /// <summary>Whether the queue holds nothing of the sweep.</summary>
    public bool IsSettled => Cells.All(cell => cell.State is not (SweepCellState.Queued or SweepCellState.Running));

    /// <summary>How many cells stand so.</summary>
    public int Count(SweepCellState state) => Cells.Count(cell => cell.State == state);

    /// <summary>The cells as the other executors report them.</summary>
    public IReadOnlyList<Cell> ToCells() => [.. Cells.Select(c => c.State switch
    {
        SweepCellState.Done => new Cell(c.Cell.Config, CellState.Done),
        SweepCellState.Failed => new(c.Cell.Config, CellState.Failed, c.Record.Message),
        SweepCellState.Running => new(c.Cell.Config, CellState.Running),
        SweepCellState.Interrupted => new(
            c.Cell.Config, CellState.Failed, $"its worker {c.Record.Task} on {c.Record.Host} was stopped or killed; submit again to resume it"),
        _ => new Cell(c.Cell.Config, CellState.Waiting),
    })];

    /// <summary>A table, one line a cell, and a line that counts.</summary>
    public string ToText()
    {
        StringBuilder text = new(
            FormattableString.Invariant(
                $"{"cell", 4} {"state", -11} {"run", -16} {"task", -10} {"host", -16} {"left", -10} {"t-outs", 6} {"preempt", 7} {"kills", 5}  row, seed\n"));
        foreach (var (cell, state, record, task) in Cells)
            text.AppendLine(CultureInfo.InvariantCulture,
                $"{cell.Number, 4} {state.ToString().ToLowerInvariant(), -11} {cell.Run, -16} {task?.Name ?? record.Task, -10} {(task is { Host.Length: > 0 } ? task.Host : record.Host), -16} {task?.TimeLeft ?? "", -10} {record.Timeouts, 6} {record.Preemptions, 7} {record.Kills, 5}  {cell.Row}, {cell.Config.Seed}"
            );
        foreach (var failed in Cells.Where(c => c.State == SweepCellState.Failed))
            text.AppendLine(
                CultureInfo.InvariantCulture,
                $"cell {failed.Cell.Number} failed on {failed.Record.Host}:\n  {failed.Record.Message.ReplaceLineEndings("\n  ")}");
        return text.AppendLine(
                $"{Sweep.Name}: {string.Join(", ", Enum.GetValues<SweepCellState>().Where(s => Count(s) > 0).Select(s => $"{Count(s)} {s.ToString().ToLowerInvariant()}"))}"
            )
            .ToString();
    }

    private static SweepCellStatus Stand(Sweep sweep, SweepCell cell, SlurmTask? task)
    {
        var record = CellRecord.Read(sweep.RecordPath(cell));
        var state = sweep.RunOf(cell).IsFinished ? SweepCellState.Done
            : task is not null && record.Task == task.Name && record.End == CellEnd.Failed ? SweepCellState.Failed
            : task is { IsRunning: true } && record.Task == task.Name && record.End == CellEnd.Working ? SweepCellState.Running
            : task is not null ? SweepCellState.Queued
            : record.End switch
            {
                CellEnd.None => SweepCellState.Waiting,
                CellEnd.Failed or CellEnd.Finished => SweepCellState.Failed,
                _ => SweepCellState.Interrupted,
            };
        return new(cell, state, record, task);
    }
}
