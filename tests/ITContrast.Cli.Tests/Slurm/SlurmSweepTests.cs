using System.Diagnostics;
using System.Globalization;
using ITContrast.Data;
using ITContrast.Experiments;
using ITContrast.Experiments.Ablation;
using ITContrast.Experiments.Slurm;
using ITContrast.Torch;
using ITContrast.Training;

namespace ITContrast.Cli.Tests.Slurm;

/// <summary>
/// A sweep on a real Slurm: six cells in an array, one worker killed, one cell over its time limit, a row that fails, submitters at once, resubmission; and a
/// cell that makes way for another job and is cancelled. Results equal the local executor's bit for bit. Nothing here waits for a time; processes are stopped
/// where a moment counts.
/// </summary>
[Collection(SlurmCluster.Collection)]
public sealed class SlurmSweepTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(6);
    private static readonly string Itc = Path.Combine(AppContext.BaseDirectory, "itc");

    // Trained on the small validation split, four steps an epoch: a cell is seconds. A checkpoint comes before the first epoch's end.
    private static readonly RunConfig Tiny = new()
    {
        WordNet = false, Backbone = new() { Dimension = 16, Hidden = 16, Whitened = 16, WordDimension = 16, StateDimension = 8 },
        Training = new() { Epochs = 12, BatchSize = 32, Split = "val", CheckpointSteps = 2 },
    };

    private static readonly SlurmSettings Settings = new() { Partition = "low", Time = "30", Cpus = 1, SignalSeconds = 10, AtOnce = 3 };

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("itc-sweep-");

    public void Dispose() => folder.Delete(true);

    [Fact]
    public async Task Six_cells_survive_a_kill_a_time_limit_and_a_failing_row_and_equal_the_local_executors()
    {
        Assert.SkipWhen(SlurmCluster.Absent is not null, SlurmCluster.Absent ?? "");
        var cancel = TestContext.Current.CancellationToken;
        var ablation = Ablation.From(Tiny, "long")
            .Vary("epochs", [2], (c, epochs) => c with { Training = c.Training with { Epochs = epochs } })
            .Vary("rate", [1e30], (c, rate) => c with { Training = c.Training with { Epochs = 2, LearningRate = rate } }).Seeds(2);
        RunStore store = new(Path.Combine(folder.FullName, "slurm")), local = new(Path.Combine(folder.FullName, "local"));
        using SlurmCluster cluster = new();
        SlurmExecutor executor = new("six", Itc, Settings);

        foreach (var cell in ablation.Cells.Take(2)) StandAfterTheFirstEpoch(store, cell);
        var computed = new LocalExecutor(["env", "OMP_NUM_THREADS=1", "OPENBLAS_NUM_THREADS=1", Itc], 1).RunAsync(
            [.. ablation.Cells.Take(4)], local, null, cancel);

        // Three submitters at once: one array, each cell in it once.
        var submitted = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Task.Run(() => executor.Submit(ablation, store), cancel)));
        var sweep = submitted[0].Sweep;
        var tasks = SlurmClient.Queue(sweep.JobName);
        Assert.Single(tasks.Select(t => t.Array).Distinct());
        Assert.Equal(6, submitted[2].Cells.Count(c => c.State is not SweepCellState.Waiting));
        var array = tasks[0].Array;

        // The first cell's worker is killed after its first checkpoint.
        var training = await InTheMiddle(sweep, 0);
        var worker = File.ReadAllText($"/proc/{training}/stat").Split(") ")[1].Split(' ')[1];
        SlurmCluster.Run("kill", "-KILL", worker, $"{training}");
        File.Delete(sweep.RunOf(sweep.Cells[0]).TimingPath);
        // The second one stands still until Slurm warns it of its limit, which is set to come now; the warning sets it going again.
        await InTheMiddle(sweep, 1);
        using var released = Release(sweep.RunOf(sweep.Cells[1]));
        SlurmCluster.Run(
            "scontrol", "update", $"jobid={array}_1",
            $"EndTime={DateTime.Now.AddSeconds(45).ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture)}");
        await Until(() => Record(sweep, 1).Timeouts == 1, "the time-out's record");
        await Until(
            () => SlurmClient.Queue(sweep.JobName).Any(t => t.Task == 1 && t.State == "PENDING") || sweep.RunOf(sweep.Cells[1]).IsFinished,
            "the requeued task");
        SlurmCluster.Run("scontrol", "update", $"jobid={array}_1", "TimeLimit=30");

        var first = await Settled(executor, store);
        Assert.Equal(
            [SweepCellState.Interrupted, SweepCellState.Done, SweepCellState.Done, SweepCellState.Done, SweepCellState.Failed, SweepCellState.Failed],
            first.Cells.Select(c => c.State));
        Assert.Equal((1, 0, 0), (first.Cells[1].Record.Timeouts, first.Cells[1].Record.Preemptions, first.Cells[1].Record.Kills));
        Assert.Contains("the loss is", first.Cells[4].Record.Message);
        Assert.Contains("1 interrupted", first.ToText());
        await Until(() => File.Exists(sweep.ReportPath), "the report");
        var report = File.ReadAllText(sweep.ReportPath);
        Assert.Contains("3 of 6 cells are done", report);
        Assert.Contains("cell 0 (long, seed 1): interrupted", report);
        Assert.Matches(@"cell 4 \(rate = 1E\+30, seed 1\): failed.*\n(  > .*\n)*  > .*the loss is", report);

        // Submitting again is resuming: only what is missing, under the same numbers.
        var again = executor.Submit(ablation, store);
        Assert.Equal([0, 4, 5], SlurmClient.Queue(sweep.JobName).Select(t => t.Task).Distinct().Order());
        Assert.Equal(submitted[0].Cells.Select(c => c.Cell.Run), again.Cells.Select(c => c.Cell.Run));
        var second = await Settled(executor, store);
        Assert.Equal(
            [SweepCellState.Done, SweepCellState.Done, SweepCellState.Done, SweepCellState.Done, SweepCellState.Failed, SweepCellState.Failed],
            second.Cells.Select(c => c.State));
        Assert.Equal(1, second.Cells[0].Record.Kills);
        Assert.All(await computed, cell => Assert.Equal(CellState.Done, cell.State));
        foreach (var cell in sweep.Cells.Take(4))
            foreach (var file in (string[])["result.json", "metrics.jsonl"])
                Assert.Equal(File.ReadAllText(Path.Combine(local.Folder, cell.Run, file)), File.ReadAllText(Path.Combine(store.Folder, cell.Run, file)));
        Assert.Contains("| epochs = 2 |", SweepReport.Draw(second));

        var changed = Ablation.From(Tiny with { Temperature = 0.2 }, "long").Seeds(2);
        Assert.Contains("Temperature was 0.1 and is 0.2 now", Assert.Throws<DataException>(() => executor.Submit(changed, store)).Message);
    }

    [Fact]
    public async Task A_cell_makes_way_resumes_and_is_cancelled_whole()
    {
        Assert.SkipWhen(SlurmCluster.Absent is not null, SlurmCluster.Absent ?? "");
        RunStore store = new(Path.Combine(folder.FullName, "slurm"));
        using SlurmCluster cluster = new();
        SlurmExecutor executor = new("long", Itc, Settings);
        var sweep = executor.Submit([Tiny with { Training = Tiny.Training with { Epochs = 100_000 } }], store).Sweep;
        await Until(() => sweep.RunOf(sweep.Cells[0]).HasCheckpoint, "the first checkpoint");

        var urgent = SlurmCluster.Run("sbatch", "--parsable", "--partition=high", "--exclusive", "--output=/dev/null", "--wrap", "true").Trim();
        await Until(() => Record(sweep, 0).Preemptions == 1, "the pre-emption's record");
        Assert.Equal(0, Record(sweep, 0).Timeouts);
        await Until(() => Record(sweep, 0).End == CellEnd.Working, $"the cell after job {urgent}");

        executor.Cancel(store);
        var cancelled = await Settled(executor, store);
        Assert.Equal(SweepCellState.Interrupted, cancelled.Cells[0].State);
        Assert.True(cancelled.Cells[0].Record.End == CellEnd.Stopped, $"{cancelled.Cells[0].Record}\n{Logs(sweep)}");
        var run = sweep.RunOf(sweep.Cells[0]);
        using (run.Lock())
        using (var file = ITContrast.Torch.SafetensorsFile.Open(run.CheckpointPath, verify: true))
            Assert.True(int.Parse(file.Metadata["step"], CultureInfo.InvariantCulture) > 0);
        Assert.DoesNotContain(Directory.GetFiles(store.Folder, "*", SearchOption.AllDirectories), path => path.EndsWith(".tmp", StringComparison.Ordinal));
    }

    private static string Logs(Sweep sweep) => string.Join('\n', Directory.GetFiles(Path.Combine(sweep.Folder, "logs")).Select(File.ReadAllText));

    private static CellRecord Record(Sweep sweep, int cell) => CellRecord.Read(sweep.RecordPath(sweep.Cells[cell]));

    // Where the cell notes its first epoch's seconds lies a pipe that nobody reads: there it stands still, whichever of the two processes is the slower one.
    private static void StandAfterTheFirstEpoch(RunStore store, RunConfig config)
    {
        using var data = LightRun.OpenData(config);
        var run = store.Open(new(config, data.ContentHash, TorchRuntime.Description, Settings.Cpus));
        Directory.CreateDirectory(run.Path);
        SlurmCluster.Run("mkfifo", run.TimingPath);
    }

    // Whoever stands before the pipe may write into it, and who comes later finds none.
    private static FileStream Release(RunFolder run)
    {
        FileStream pipe = new(run.TimingPath, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        File.Delete(run.TimingPath);
        return pipe;
    }

    /// <summary>A cell's training process, stopped after its first checkpoint.</summary>
    private static async Task<int> InTheMiddle(Sweep sweep, int cell)
    {
        await Until(() => sweep.RunOf(sweep.Cells[cell]).HasCheckpoint, $"cell {cell}'s first checkpoint");
        var mark = $"{cell:D4}.config.json\0--runs\0{sweep.Store.Folder}";
        var id = Directory
            .GetDirectories("/proc")
            .Select(Path.GetFileName)
            .Where(name => int.TryParse(name, out _))
            .Select(name => int.Parse(name!, CultureInfo.InvariantCulture))
            .Single(id => CommandLine(id).Contains(mark, StringComparison.Ordinal));
        SlurmCluster.Run("kill", "-STOP", $"{id}");
        return id;
    }

    private static string CommandLine(int process)
    {
        try
        {
            return File.ReadAllText($"/proc/{process}/cmdline");
        }
        catch (IOException)
        {
            return "";
        }
    }

    private static async Task<SweepStatus> Settled(SlurmExecutor executor, RunStore store)
    {
        await Until(() => executor.Poll(store).IsSettled, "an empty queue");
        return executor.Poll(store);
    }

    private static async Task Until(Func<bool> holds, string what)
    {
        for (var clock = Stopwatch.StartNew(); !holds(); await Task.Delay(100, TestContext.Current.CancellationToken))
            Assert.True(clock.Elapsed < Patience, $"waited {Patience.TotalMinutes} minutes for {what}");
    }
}
