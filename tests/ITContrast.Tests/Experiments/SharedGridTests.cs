using ITContrast.Experiments;
using ITContrast.Experiments.Ablation;
using ITContrast.Tests.Data;
using ITContrast.Training;

namespace ITContrast.Tests.Experiments;

/// <summary>Several executors on one grid: what another one computes is left for last, what is stored is not computed.</summary>
public class SharedGridTests
{
    private static readonly Ablation Grid = Ablation.From(new RunConfig { System = "itcontrast", Method = new(), Seed = 1 }).Seeds(3);

    // The program stands in for itc: PROGRAM train --config FILE --runs STORE [--wait]. Seed 1 is held by another process until it is waited for.
    private const string Script =
        "echo $(grep -o '\"Seed\": [0-9]*' \"$3\") $6 >> \"$LOG\"; if grep -q '\"Seed\": 1' \"$3\" && [ \"$6\" != --wait ]; then exit 75; fi";

    [Fact]
    public async Task Cells_that_another_process_computes_come_last_and_are_waited_for()
    {
        using TemporaryFolder folder = new();
        string log = folder.At("log");
        LocalExecutor executor = new(["/bin/sh", "-c", $"LOG='{log}'; {Script}", "sh"], processes: 1);
        var cells = await executor.RunAsync(Grid.Cells, new RunStore(folder.Path), null, TestContext.Current.CancellationToken);
        Assert.All(cells, cell => Assert.Equal(CellState.Done, cell.State));
        Assert.Equal(["\"Seed\": 1", "\"Seed\": 2", "\"Seed\": 3", "\"Seed\": 1 --wait"], File.ReadAllLines(log));
    }

    [Fact]
    public async Task Processes_share_the_cores()
    {
        using TemporaryFolder folder = new();
        string log = folder.At("log");
        LocalExecutor executor = new(["/bin/sh", "-c", $"echo $OMP_NUM_THREADS $OPENBLAS_NUM_THREADS >> '{log}'", "sh"], processes: Environment.ProcessorCount);
        await executor.RunAsync(Grid.Cells, new RunStore(folder.Path), null, TestContext.Current.CancellationToken);
        string given = Environment.GetEnvironmentVariable("OMP_NUM_THREADS") ?? "1", blas = Environment.GetEnvironmentVariable("OPENBLAS_NUM_THREADS") ?? "1";
        Assert.All(File.ReadAllLines(log), line => Assert.Equal($"{given} {blas}", line));
    }

    [Fact]
    public void A_held_run_is_told_from_a_folder_that_cannot_be_written()
    {
        using TemporaryFolder folder = new();
        RunFolder run = new(folder.At("run"));
        using (run.Lock())
        {
            Assert.True(run.IsHeld);
            Assert.Equal(run.Path, Assert.Throws<RunHeldException>(run.Lock).Run.Path);
        }
        Assert.False(run.IsHeld);
        // A file where the folder should be is an error of the disk, and waiting for it would never end.
        File.WriteAllText(folder.At("file"), "");
        Assert.IsNotType<RunHeldException>(
            Assert.ThrowsAny<IOException>(() => new RunFolder(folder.At("file")).WaitForLock(TestContext.Current.CancellationToken)));
    }

    [Fact]
    public void The_committed_grids_lack_nothing_whatever_this_machines_torch_and_threads()
    {
        RunStore committed = new(Checkout.At("data", "runs"));
        foreach (string name in new[] { "small", "one-factor" }) Assert.Empty(Grids.ByName(name, 3).Missing(committed));
        Assert.Empty(Grids.ByName("headline", 5).Missing(committed));
        Assert.Empty(Grids.ByName("headline", 5, scenes: true).Missing(committed));
        // A store that is filled while it is open: what is added is found.
        using TemporaryFolder folder = new();
        RunStore store = new(folder.Path);
        Ablation small = Grids.ByName("small", 1);
        Assert.Equal(small.Cells.Count, small.Missing(store).Count);
        foreach (RunFolder run in committed.All().Where(run => RunResult.ReadConfig(run) is { Seed: 1, System: "itcontrast" }))
            RunMaintenance.CopyResult(run, folder.Path);
        Assert.Empty(small.Missing(store));
    }
}
