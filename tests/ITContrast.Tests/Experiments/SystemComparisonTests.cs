using ITContrast.Data;
using ITContrast.Experiments;
using ITContrast.Experiments.Ablation;
using ITContrast.Systems;
using ITContrast.Tests.Data;

namespace ITContrast.Tests.Experiments;

public class SystemComparisonTests
{
    private static string Shared(RunConfig config) => (config with
    {
        System = "", Method = null, Training = config.Training with { LearningRate = 1 },
    }).ToJson().ToJsonString();

    [Fact]
    public void Systems_differ_in_method_and_rate_alone()
    {
        var rows = SystemComparison.Of().Variants;
        Assert.Equal(Recipes.Names.Where(name => name != "light").Order(), rows.Select(row => row.Config.System).Order());
        Assert.Single(rows.Select(row => Shared(row.Config)).Distinct());
        Assert.All(rows, row => Assert.Contains(row.Config.Training.LearningRate, SystemComparison.Rates));
    }

    [Fact]
    public void Every_system_is_tuned_over_the_same_rates_with_one_seed()
    {
        var tried = Grids.ByName("systems-tune", 1).Cells;
        Assert.All(tried.GroupBy(cell => cell.System), own => Assert.Equal(SystemComparison.Rates, own.Select(cell => cell.Training.LearningRate).Order()));
        Assert.Equal(SystemComparison.Systems.Count, tried.Select(cell => cell.System).Distinct().Count());
        Assert.Equal([101UL], tried.Select(cell => cell.Seed).Distinct());
    }

    // Folders of the checkout: what notebook 08 shows must be what the grids say.
    [Fact]
    public void The_rates_are_those_that_were_best_on_validation()
    {
        using TemporaryFolder empty = new();
        RunStore store = new(Checkout.At("data", "runs"));
        using PairDataset dataset = LightRun.OpenData(SystemComparison.Config("infonce"), store: new(empty.Path));
        foreach (var own in Grids.ByName("systems-tune", 1).Cells.GroupBy(cell => cell.System))
        {
            var best = own.MaxBy(cell => store.Finished(cell, dataset)!.Validation.RSum)!;
            Assert.Equal(best.Training.LearningRate, SystemComparison.Config(own.Key).Training.LearningRate);
        }
    }

    [Fact]
    public void Three_seeds_of_every_system_are_committed_with_ranks_and_extended_judgements()
    {
        using TemporaryFolder empty = new();
        RunStore store = new(Checkout.At("data", "runs"));
        using PairDataset dataset = LightRun.OpenData(SystemComparison.Config("infonce"), store: new(empty.Path));
        foreach (var cell in SystemComparison.Of().Cells)
        {
            var run = store.Finished(cell, dataset) ?? throw new DataException($"{cell.System}, seed {cell.Seed}, is not committed.");
            Assert.Equal(1335, run.TestRanks().CaptionQuery.Length);
            var judged = run.TestSubgroups()!;
            // Whatever ranks the own drawing first ranks its subgroup first.
            Assert.True(judged.CaptionQuery.R1 >= run.Test.CaptionQuery.R1 && judged.ImageQuery.R1 >= run.Test.ImageQuery.R1);
            Assert.InRange(judged.CaptionQuery.MapAtR, 0, judged.CaptionQuery.RPrecision);
        }
    }
}
