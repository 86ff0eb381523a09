using System.Text;
using ITContrast.Experiments.Ablation;

namespace ITContrast.Experiments.Slurm;

/// <summary>The report of a sweep: the table of the rows whose cells are all done, then every cell that is not, with its last lines.</summary>
public static class SweepReport
{
    /// <summary>Draws the report from the store and the records.</summary>
    /// <param name="status">How the cells stand.</param>
    /// <exception cref="SlurmException">squeue is missing or fails.</exception>
    public static string Draw(SweepStatus status)
    {
        StringBuilder text = new($"# {status.Sweep.Name}\n\n{status.Count(SweepCellState.Done)} of {status.Cells.Count} cells are done.\n\n");
        if (Finished(status) is { } ablation) text.Append(AblationTable.Read(ablation, status.Sweep.Store).ToMarkdown()).Append('\n');
        else text.Append("No table: the first row is not done.\n\n");
        foreach (var cell in status.Cells.Where(c => c.State != SweepCellState.Done))
        {
            text.Append($"- cell {cell.Cell.Number} ({cell.Cell.Row}, seed {cell.Cell.Config.Seed}): {cell.State.ToString().ToLowerInvariant()}");
            if (cell.Record.Host.Length > 0)
                text.Append(
                    $", last on {cell.Record.Host} in task {cell.Record.Task}; {cell.Record.Timeouts} time-outs, {cell.Record.Preemptions} pre-emptions, {cell.Record.Kills} kills"
                );
            text.Append('\n');
            foreach (var line in cell.Record.Message.Split('\n', StringSplitOptions.RemoveEmptyEntries)) text.Append($"  > {line}\n");
        }
        return text.ToString();
    }

    // Rows of all cells; null where the first, which the others are compared with, is not done.
    private static Ablation.Ablation? Finished(SweepStatus status)
    {
        var rows = status.Cells.GroupBy(c => c.Cell.Row).ToList();
        ulong[] seeds = [.. rows[0].Select(c => c.Cell.Config.Seed)];
        if (rows[0].Any(c => c.State != SweepCellState.Done)) return null;
        Variant[] done =
        [
            .. rows.Where(row => row.All(c => c.State == SweepCellState.Done) && row.Select(c => c.Cell.Config.Seed).SequenceEqual(seeds))
                .Select(row => new Variant(row.Key, row.First().Cell.Config with { Seed = 0 })),
        ];
        return Ablation.Ablation.Of(done[0], done[1..], seeds);
    }
}
