using ITContrast.Experiments;
using ITContrast.Tests.Data;

namespace ITContrast.Tests.Experiments;

/// <summary>The headline numbers, as the committed runs hold them: 267 unseen concepts, three seeds, a fixed number of epochs.</summary>
public class CommittedRunsTests
{
    private static RunResult[] Headline() =>
        [
            .. new RunStore(Checkout.At("data", "runs"))
                .All()
                .Select(RunResult.Read)
                .Where(run => run.Config == new RunConfig { Seed = run.Config.Seed })
                .OrderBy(run => run.Config.Seed),
        ];

    private static double Median(IEnumerable<double> values) => values.Order().ElementAt(1);

    [Fact]
    public void Three_seeds_of_the_default_configuration_are_committed_without_checkpoints()
    {
        RunResult[] runs = Headline();
        Assert.Equal([1ul, 2ul, 3ul], runs.Select(run => run.Config.Seed));
        Assert.All(runs, run => Assert.False(run.Folder.HasCheckpoint));
        Assert.All(runs, run => Assert.Equal((1335, 267), (run.Test.CaptionQuery.Queries, run.Test.CaptionQuery.Gallery)));
        Assert.All(runs, run => Assert.Equal(ResultsVersion.Current, (int)Training(run)["resultsVersion"]!));
    }

    [Fact]
    public void The_median_seed_learned()
    {
        RunResult[] runs = Headline();
        Assert.True(Median(runs.Select(run => run.Test.CaptionQuery.R10)) >= 30);
        Assert.True(Median(runs.Select(run => run.Test.CaptionQuery.R1)) >= 8);
    }

    [Fact]
    public void The_mean_of_the_seeds_passes_the_linear_reference()
    {
        RunResult[] runs = Headline();
        Assert.True(runs.Average(run => run.Test.CaptionQuery.R10) > 37.8);
        Assert.True(runs.Average(run => run.Test.CaptionQuery.R1) > 13.9);
    }

    [Fact]
    public void Every_step_of_a_run_is_on_record()
    {
        foreach (RunResult run in Headline())
        {
            Assert.Equal(Enumerable.Range(1, (int)run.Steps).Select(step => (long)step), run.Losses().Select(point => point.Step));
            Assert.Equal(run.Config.Training.Epochs, run.ValidationCurve().Count);
            Assert.Equal(run.Validation.RSum, run.ValidationCurve()[^1].RSum);
        }
    }

    private static System.Text.Json.Nodes.JsonObject Training(RunResult run) => ITContrast.Training.RunFolder.Read(run.Folder.ConfigPath);
}
