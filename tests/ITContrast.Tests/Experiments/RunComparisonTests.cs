using ITContrast.Experiments;
using ITContrast.Tests.Data;

namespace ITContrast.Tests.Experiments;

public class RunComparisonTests
{
    [Fact]
    public void Two_committed_seeds_differ_in_their_seed_and_by_their_stored_recalls()
    {
        RunResult[] runs =
        [
            .. new RunStore(Checkout.At("data", "runs"))
                .All()
                .Select(RunResult.Read)
                .Where(run => run.Config == new RunConfig { Seed = run.Config.Seed })
                .OrderBy(run => run.Config.Seed),
        ];
        RunComparison comparison = RunComparison.Of(runs[0], runs[1]);
        Assert.Equal([("Seed", "1", "2")], comparison.Options);
        var rsum = comparison.Differences[^1];
        Assert.Equal(runs[0].Test.RSum - runs[1].Test.RSum, rsum.Difference, 9);
        Assert.True(rsum.Low <= rsum.Difference && rsum.Difference <= rsum.High);
        Assert.Equal(0, RunComparison.Of(runs[0], runs[0]).Differences[^1].Difference);
    }
}
