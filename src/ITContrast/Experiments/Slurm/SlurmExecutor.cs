using System.Diagnostics;
using System.Globalization;
using ITContrast.Experiments.Ablation;
using ITContrast.Torch;

namespace ITContrast.Experiments.Slurm;

/// <summary>
/// Computes the cells of an ablation on a cluster, as a job array of Slurm with a dependent last task that draws the report. The store is the truth: what is
/// finished there is never submitted, what is in the queue is not submitted twice, also with several people submitting at once.
/// </summary>
/// <param name="name">The sweep's name.</param>
/// <param name="program">The program that the cluster starts, on a path that all machines see: it is called as <c>PROGRAM ablate work|report …</c>.</param>
/// <param name="settings">How machines are asked for.</param>
public sealed class SlurmExecutor(string name, string program, SlurmSettings settings) : IQueuedExecutor<SweepStatus>
{
    private static readonly TimeSpan LockPatience = TimeSpan.FromMinutes(2);
    private readonly SlurmSettings settings = settings.Validated();

    /// <summary>How often the queue is asked while <see cref="RunAsync"/> waits. Default ten seconds.</summary>
    public TimeSpan PollEvery { get; init; } = TimeSpan.FromSeconds(10);

    /// <inheritdoc/>
    public SweepStatus Submit(IReadOnlyList<RunConfig> cells, RunStore store) =>
        Submit([.. cells.Select((config, i) => (string.Create(CultureInfo.InvariantCulture, $"cell {i}"), config))], store);

    /// <summary>Submits an ablation; its rows are the sweep's.</summary>
    /// <exception cref="DataException">The sweep holds other cells, or its tasks are in the queue with another number of cells.</exception>
    /// <exception cref="SlurmException">Slurm is missing or refused.</exception>
    public SweepStatus Submit(Ablation.Ablation ablation, RunStore store) =>
        Submit([.. ablation.Variants.SelectMany(variant => ablation.SeedValues.Select(seed => (variant.Name, variant.Config with { Seed = seed })))], store);

    /// <inheritdoc/>
    public SweepStatus Poll(RunStore store) => SweepStatus.Of(Sweep.Open(store, name));

    /// <inheritdoc/>
    public void Cancel(RunStore store)
    {
        var sweep = Sweep.Open(store, name);
        using var held = Hold(sweep.Folder);
        // Written first: a worker that is told to stop reads there that it must not queue itself again.
        File.WriteAllText(sweep.CancelPath, "");
        SlurmClient.Cancel(sweep.JobName);
        SlurmClient.Cancel($"{sweep.JobName}-report");
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<Cell>> RunAsync(
        IReadOnlyList<RunConfig> cells, RunStore store, IProgress<Cell>? progress = null, CancellationToken cancellation = default)
    {
        Submit(cells, store);
        return await WaitAsync(store, progress, cancellation);
    }

    /// <summary>Waits until the queue holds nothing of the sweep.</summary>
    /// <exception cref="OperationCanceledException">Cancelled; the sweep was, too.</exception>
    public async Task<IReadOnlyList<Cell>> WaitAsync(RunStore store, IProgress<Cell>? progress, CancellationToken cancellation)
    {
        Dictionary<int, CellState> told = [];
        try
        {
            while (true)
            {
                var status = Poll(store);
                var now = status.ToCells();
                for (var i = 0; i < now.Count; i++)
                    if (told.GetValueOrDefault(i) != now[i].State) progress?.Report(now[i]);
                    else continue;
                for (var i = 0; i < now.Count; i++) told[i] = now[i].State;
                if (status.IsSettled) return now;
                await Task.Delay(PollEvery, cancellation);
            }
        }
        catch (OperationCanceledException)
        {
            Cancel(store);
            throw;
        }
    }

    private SweepStatus Submit(IReadOnlyList<(string Row, RunConfig Config)> cells, RunStore store)
    {
        Directory.CreateDirectory(Path.Combine(store.Folder, "sweeps", name));
        using var held = Hold(Path.Combine(store.Folder, "sweeps", name));
        var identities = new RunIdentities(store, settings.Cpus);
        var known = Sweep.Names(store).Contains(name) ? SweepStatus.Of(Sweep.Open(store, name)) : null;
        if (known is { IsSettled: false } && known.Sweep.CellsPerTask != settings.CellsPerTask)
            throw new DataException(
                $"The sweep '{name}' is in the queue with {known.Sweep.CellsPerTask} cells a task; submit with cellsPerTask {known.Sweep.CellsPerTask}, or cancel it first."
            );
        var sweep = Sweep.Define(
            store,
            name,
            [.. cells.Select((c, i) => new SweepCell(i, c.Row, c.Config, identities.RunOf(c.Config)))],
            settings.CellsPerTask);
        File.Delete(sweep.CancelPath);
        var status = SweepStatus.Of(sweep);
        int[] tasks =
        [
            .. status
                .Cells.Where(c => c.State is SweepCellState.Waiting or SweepCellState.Failed or SweepCellState.Interrupted && c.Task is null)
                .Select(c => sweep.TaskOf(c.Cell))
                .Distinct()
                .Order(),
        ];
        if (tasks.Length == 0) return status;
        foreach (var cell in status.Cells.Where(c => c.Task is null && c.Record.End is CellEnd.Failed or CellEnd.Stopped))
            (cell.Record with { End = CellEnd.None, Message = "" }).Write(sweep.RecordPath(cell.Cell));
        var (script, report) = (
            Write(sweep.File("array.sh"), SlurmScript.Array(sweep, settings, program)),
            Write(sweep.File("report.sh"), SlurmScript.Report(sweep, settings, program)));
        var array = SlurmClient.Submit(script, $"--array={Ranges(tasks)}{(settings.AtOnce > 0 ? $"%{settings.AtOnce}" : "")}");
        SlurmClient.Submit(report, $"--dependency=afterany:{array}");
        return SweepStatus.Of(sweep);
    }

    private static string Write(string path, string script)
    {
        AtomicFile.WriteText(path, script);
        return path;
    }

    /// <summary>Numbers as sbatch takes them: <c>0-2,5</c>.</summary>
    internal static string Ranges(IReadOnlyList<int> numbers)
    {
        List<(int First, int Last)> runs = [];
        foreach (var number in numbers)
            if (runs.Count > 0 && runs[^1].Last == number - 1) runs[^1] = (runs[^1].First, number);
            else runs.Add((number, number));
        return string.Join(',', runs.Select(run => run.First == run.Last ? $"{run.First}" : $"{run.First}-{run.Last}"));
    }

    // One submitter at a time; the others wait, then find the cells in the queue.
    private static FileStream Hold(string folder)
    {
        for (var clock = Stopwatch.StartNew(); ; Thread.Sleep(100))
        {
            try
            {
                return new(Path.Combine(folder, ".lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException error) when (error is not DirectoryNotFoundException)
            {
                if (clock.Elapsed > LockPatience)
                    throw new DataException(
                        $"{folder}: another process has been submitting or cancelling this sweep for {LockPatience.TotalMinutes} minutes. End it and start again.",
                        error);
            }
        }
    }
}
