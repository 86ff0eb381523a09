namespace ITContrast.Torch.Tests.Distributed;

// The assertions of a rank stand in RankPrograms; here they are started as processes.
public sealed class ProcessGroupTests
{
    private static void NeedGloo() =>
        Assert.SkipUnless(
            ProcessGroup.IsAvailable,
            "no process groups: TorchSharp's packages have none, and the shim of another libtorch needs Gloo (Debian: libgloo-dev)");

    [Theory]
    [InlineData(nameof(RankPrograms.Collectives), 3)]
    [InlineData(nameof(RankPrograms.Gathered_rows_carry_gradients), 3)]
    [InlineData(nameof(RankPrograms.Averaged_gradients_are_those_of_one_process), 2)]
    [InlineData(nameof(RankPrograms.Another_model_on_a_rank_is_refused), 2)]
    public async Task Ranks_agree(string program, int world)
    {
        NeedGloo();
        await Ranks.AllPass(program, world);
    }

    // These wait for timeouts most of the time, so they run beside each other.
    [Fact]
    public async Task Ranks_that_do_not_take_part_are_named()
    {
        NeedGloo();
        await Task.WhenAll(
            Ranks.AllPass(nameof(RankPrograms.Joining_without_rank_2), world: 3, started: 2),
            Ranks.AllPass(nameof(RankPrograms.A_hanging_rank_is_named), world: 3),
            Ranks.AllPass(nameof(RankPrograms.Different_operations_are_told_apart), world: 2),
            WithADyingRank());
    }

    private static async Task WithADyingRank()
    {
        foreach (Ranks.Result result in await Ranks.Run(nameof(RankPrograms.A_dying_rank_is_named), world: 3))
            if (result.Rank == 1) Assert.Equal(9, result.ExitCode);
            else Ranks.Passed(result);
    }
}
