using ITContrast.Experiments;
using ITContrast.Tests.Data;
using ITContrast.Training;

namespace ITContrast.Tests.Experiments;

public class RunMaintenanceTests
{
    private static RunStore Store(TemporaryFolder folder)
    {
        string config = $"{{\"resultsVersion\": {ResultsVersion.Current}}}";
        folder.Write("done/config.json", config);
        folder.Write("done/result.json", "{}");
        folder.Write("done/metrics.jsonl", "");
        folder.Write("done/checkpoint-last.safetensors", "x");
        folder.Write("begun/config.json", config);
        folder.Write("begun/checkpoint-last.safetensors", "x");
        folder.Write("old/config.json", "{\"resultsVersion\": 0}");
        folder.Write("old/result.json", "{}");
        return new(folder.Path);
    }

    [Theory]
    [InlineData(Prunable.Checkpoints, "done/checkpoint-last.safetensors")]
    [InlineData(Prunable.Unfinished, "begun")]
    [InlineData(Prunable.OtherVersions, "old")]
    [InlineData(Prunable.None, "")]
    public void Pruning_takes_what_was_named_and_nothing_else(Prunable what, string expected)
    {
        using TemporaryFolder folder = new();
        RunStore store = Store(folder);
        IReadOnlyList<string> plan = RunMaintenance.Plan(store, what);
        Assert.Equal(expected.Length == 0 ? [] : [folder.At(expected)], plan);
        RunMaintenance.Delete(plan);
        Assert.All(plan, path => Assert.False(Path.Exists(path)));
        Assert.True(File.Exists(folder.At("done/result.json")));
    }

    [Fact]
    public void A_run_that_is_being_computed_is_never_pruned()
    {
        using TemporaryFolder folder = new();
        RunStore store = Store(folder);
        using (store.Find("begun").Lock()) Assert.Empty(RunMaintenance.Plan(store, Prunable.Unfinished));
        Assert.Single(RunMaintenance.Plan(store, Prunable.Unfinished));
    }

    [Fact]
    public void A_copied_result_has_no_checkpoint_and_an_unfinished_run_is_refused()
    {
        using TemporaryFolder folder = new(), target = new();
        RunStore store = Store(folder);
        RunFolder copy = RunMaintenance.CopyResult(store.Find("done"), target.Path);
        Assert.Equal(["config.json", "metrics.jsonl", "result.json"], Directory.GetFiles(copy.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Contains("not finished", Assert.Throws<DataException>(() => RunMaintenance.CopyResult(store.Find("begun"), target.Path)).Message);
    }

    [Fact]
    public void Cost_adds_the_starts_of_a_resumed_run()
    {
        using TemporaryFolder folder = new();
        folder.Write("timing.jsonl", """
            {"epoch":0,"step":5,"resumed":0,"seconds":9,"cpuSeconds":2,"residentBytes":100}
            {"epoch":1,"step":10,"resumed":0,"seconds":19,"cpuSeconds":4,"residentBytes":300}
            {"epoch":2,"step":15,"resumed":10,"seconds":7,"cpuSeconds":3,"residentBytes":200}
            """);
        Assert.Equal(new RunCost(7, 300), RunCost.Read(folder.At("timing.jsonl")));
        Assert.Null(RunCost.Read(folder.At("none.jsonl")));
    }

    [Fact]
    public void A_run_of_another_machine_serves_where_configuration_data_and_version_agree()
    {
        using TemporaryFolder folder = new();
        RunStore committed = new(Checkout.At("data", "runs"));
        RunConfig config = new() { Seed = 2 };
        using ITContrast.Data.PairDataset dataset = LightRun.OpenData(config);
        RunFolder original = committed.Finished(config, dataset)!.Folder, foreign = new(folder.At("0123456789abcdef"));
        RunFolder copied = RunMaintenance.CopyResult(original, folder.At("copy"));
        Directory.Move(copied.Path, foreign.Path);
        File.WriteAllText(foreign.ConfigPath, File.ReadAllText(foreign.ConfigPath).Replace("\"threads\": 1", "\"threads\": 64", StringComparison.Ordinal));
        Assert.Equal(foreign.Name, new RunStore(folder.Path).Finished(config, dataset)?.Folder.Name);
        Assert.Null(new RunStore(folder.Path).Finished(config with { Seed = 3 }, dataset));
        File.WriteAllText(
            foreign.ConfigPath,
            File.ReadAllText(foreign.ConfigPath).Replace($"\"resultsVersion\": {ResultsVersion.Current}", "\"resultsVersion\": 0", StringComparison.Ordinal));
        Assert.Null(new RunStore(folder.Path).Finished(config, dataset));
    }
}
