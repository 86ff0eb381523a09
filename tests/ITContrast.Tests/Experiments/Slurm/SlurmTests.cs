using ITContrast.Experiments;
using ITContrast.Experiments.Slurm;
using ITContrast.Tests.Data;

namespace ITContrast.Tests.Experiments.Slurm;

/// <summary>What needs no cluster: words of Slurm's commands, settings, scripts, numbers of cells, and a worker whose program stands in for itc.</summary>
public sealed class SlurmTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private RunStore Store => new(folder.Path);

    public void Dispose() => folder.Dispose();

    private static SweepCell Cell(int seed, string row = "a", double temperature = 0.1) =>
        new(-1, row, new RunConfig { Seed = (ulong)seed, Temperature = temperature }, FormattableString.Invariant($"run{row}{seed}{temperature}"));

    [Fact]
    public void Tasks_are_read_from_squeue()
    {
        Assert.Equal(new SlurmTask("17", 3, "RUNNING", "node7", "1:02:03", "None"), SlurmClient.ParseTask("17|3|RUNNING|node7|1:02:03|None"));
        Assert.Null(SlurmClient.ParseTask("18|N/A|PENDING||5:00|Dependency"));
    }

    [Fact]
    public void Time_left_is_read_from_scontrol()
    {
        var now = new DateTime(2026, 1, 2, 3, 4, 5);
        Assert.Equal(
            new SlurmJob("RUNNING", 55),
            SlurmClient.ParseJob(
                "JobId=2 ArrayJobId=1 JobState=RUNNING Reason=None StartTime=2026-01-02T03:00:00 EndTime=2026-01-02T03:05:00 Deadline=N/A", now));
        Assert.Equal(new SlurmJob("PENDING", null), SlurmClient.ParseJob("JobId=2 JobState=PENDING EndTime=Unknown", now));
        Assert.Throws<SlurmException>(() => SlurmClient.ParseJob("slurm_load_jobs error", now));
    }

    [Theory]
    [InlineData(new[] { 0 }, "0")]
    [InlineData(new[] { 0, 1, 2, 5 }, "0-2,5")]
    [InlineData(new[] { 1, 3, 4 }, "1,3-4")]
    public void Missing_tasks_are_written_as_ranges(int[] tasks, string expected) => Assert.Equal(expected, SlurmExecutor.Ranges(tasks));

    [Fact]
    public void Settings_are_read_and_unknown_or_dangerous_ones_refused()
    {
        File.WriteAllText(
            folder.At("slurm.json"), """{ "partition": "gpu", "time": "02:00:00", "prologue": ["module load gcc"], /* why */ "cellsPerTask": 4, }""");
        var settings = SlurmSettings.Read(folder.At("slurm.json"));
        Assert.Equal(("gpu", "02:00:00", 4, 90), (settings.Partition, settings.Time, settings.CellsPerTask, settings.SignalSeconds));
        foreach (
            var (text, why) in new[]
            {
                ("""{ "partiton": "gpu" }""", "partiton"),
                ("""{ "cpus": 0 }""", "Cpus"),
                ("""{ "account": "a\n#SBATCH --nice" }""", "white space"),
                ("[]", "slurm.json"),
            })
        {
            File.WriteAllText(folder.At("slurm.json"), text);
            Assert.Contains(why, Assert.Throws<DataException>(() => SlurmSettings.Read(folder.At("slurm.json"))).Message);
        }
    }

    [Fact]
    public void Scripts_ask_for_what_the_settings_say_and_quote_paths()
    {
        var sweep = Sweep.Define(new(folder.At("it's here")), "s", [Cell(1)], 1);
        var script = SlurmScript.Array(
            sweep,
            new()
            {
                Partition = "gpu",
                Gres = "gpu:1",
                Memory = "8G",
                Cpus = 3,
                Prologue = ["module load gcc"],
                Options = ["--qos=low"],
            },
            "/opt/itc");
        foreach (
            var line in (string[])
                [
                    "#SBATCH --partition=gpu", "#SBATCH --gres=gpu:1", "#SBATCH --mem=8G", "#SBATCH --cpus-per-task=3", "#SBATCH --qos=low",
                    "#SBATCH --requeue", "#SBATCH --signal=TERM@90", "module load gcc",
                ])
            Assert.Contains(line, script.Split('\n'));
        Assert.DoesNotContain("--time", script);
        Assert.Contains("OMP_NUM_THREADS=3", script);
        Assert.Contains(@"it'\''s here'", script);
    }

    [Fact]
    public void Cells_keep_their_numbers_when_rows_are_added_in_any_order()
    {
        var first = Sweep.Define(Store, "s", [Cell(1), Cell(2)], 1);
        Assert.Equal([0, 1], first.Cells.Select(c => c.Number));
        var second = Sweep.Define(Store, "s", [Cell(1, "b"), Cell(2), Cell(1, "c"), Cell(1)], 2);
        Assert.Equal(["a1", "a2", "b1", "c1"], second.Cells.Select(c => $"{c.Row}{c.Config.Seed}"));
        Assert.Equal(second.Cells, Sweep.Open(Store, "s").Cells.Select((c, i) => c with { Config = second.Cells[i].Config }));
        Assert.Equal([0, 0, 1, 1], second.Cells.Select(second.TaskOf));
        Assert.Equal(["s"], Sweep.Names(Store));
        Assert.Contains("there are: s", Assert.Throws<DataException>(() => Sweep.Open(Store, "t")).Message);
    }

    [Fact]
    public void A_changed_configuration_is_refused_with_the_member_that_changed()
    {
        Sweep.Define(Store, "s", [Cell(1), Cell(2)], 1);
        var message = Assert.Throws<DataException>(() => Sweep.Define(Store, "s", [Cell(1), Cell(2, temperature: 0.5)], 1)).Message;
        Assert.Contains("cell 1 (row 'a', seed 2", message);
        Assert.Contains("Temperature was 0.1 and is 0.5 now", message);
        Assert.Contains("no cell of that row and seed", Assert.Throws<DataException>(() => Sweep.Define(Store, "s", [Cell(1)], 1)).Message);
        Assert.Contains("data, torch", Assert.Throws<DataException>(() => Sweep.Define(Store, "s", [Cell(1) with { Run = "other" }, Cell(2)], 1)).Message);
        Assert.Equal(2, Sweep.Open(Store, "s").Cells.Count);
    }

    [Theory, InlineData(""), InlineData("../s"), InlineData("a b"), InlineData("-x")]
    public void Names_that_are_no_file_names_are_refused(string name) => Assert.Throws<ArgumentException>(() => Sweep.Define(Store, name, [Cell(1)], 1));

    // The program stands in for itc: sh -c SCRIPT sh train --config FILE --runs STORE.
    private SlurmWorker Worker(Sweep sweep, string script) => new(sweep, ["/bin/sh", "-c", script, "sh"], "5_0", 90, 3);

    [Fact]
    public async Task A_worker_passes_over_what_is_finished_or_held_and_one_failed_cell_fails_alone()
    {
        var sweep = Sweep.Define(Store, "s", [Cell(1), Cell(2), Cell(3), Cell(4)], 4);
        Finish(sweep, 0);
        using var held = sweep.RunOf(sweep.Cells[1]).Lock();
        new CellRecord(CellEnd.Working, "4_0", "gone").Write(sweep.RecordPath(sweep.Cells[3]));
        var code = await Worker(sweep, $"""
            grep -q '"Seed": 3' "$3" && echo "the disk is full" && exit 3
            echo '{"{}"}' > "$5"/{sweep.Cells[3].Run}/result.json
            """).RunAsync(0, TestContext.Current.CancellationToken);
        Assert.Equal(1, code);
        var records = sweep.Cells.Select(c => CellRecord.Read(sweep.RecordPath(c))).ToList();
        Assert.Equal([CellEnd.None, CellEnd.None, CellEnd.Failed, CellEnd.Finished], records.Select(r => r.End));
        Assert.Equal("exit code 3\nthe disk is full", records[2].Message);
        Assert.Equal((1, "5_0"), (records[3].Kills, records[3].Task));
    }

    [Fact]
    public async Task A_cancelled_worker_lets_its_cell_end_and_begins_no_other()
    {
        var sweep = Sweep.Define(Store, "s", [Cell(1), Cell(2)], 2);
        File.WriteAllText(sweep.CancelPath, "");
        using CancellationTokenSource stop = new();
        var ready = folder.At("ready");
        var working = Worker(sweep, $"trap 'echo checkpoint written; exit 130' TERM; touch '{ready}'; while :; do sleep 0.05; done").RunAsync(0, stop.Token);
        while (!File.Exists(ready)) await Task.Delay(20, TestContext.Current.CancellationToken);
        await stop.CancelAsync();
        Assert.Equal(130, await working);
        Assert.Equal([CellEnd.Stopped, CellEnd.None], sweep.Cells.Select(c => CellRecord.Read(sweep.RecordPath(c)).End));
    }

    [Fact]
    public async Task A_process_that_ends_well_without_its_run_says_what_may_differ()
    {
        var sweep = Sweep.Define(Store, "s", [Cell(1)], 1);
        Assert.Equal(1, await Worker(sweep, "exit 0").RunAsync(0, TestContext.Current.CancellationToken));
        Assert.Contains("number of threads", CellRecord.Read(sweep.RecordPath(sweep.Cells[0])).Message);
    }

    private static void Finish(Sweep sweep, int cell)
    {
        Directory.CreateDirectory(sweep.RunOf(sweep.Cells[cell]).Path);
        File.WriteAllText(sweep.RunOf(sweep.Cells[cell]).ResultPath, "{}");
    }
}
