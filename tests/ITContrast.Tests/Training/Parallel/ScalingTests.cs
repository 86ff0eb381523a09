using ITContrast.Encoders.Oscar;
using ITContrast.Training.Parallel;

namespace ITContrast.Tests.Training.Parallel;

/// <summary>The closed forms against a model that exists, loops over matrix products, a simulated ring, and brute force.</summary>
public sealed class ScalingTests : TorchTest
{
    private static readonly ScalingMachine Machine = new("test", 1e14, 16e9, 1e11, 1e10, 1e-5, 8);
    private static readonly ScalingModel Model = ScalingModel.Oscar(new(), 20, 36);
    private static readonly ScalingLaw Law = new(Model, Machine);

    [Theory, InlineData(false), InlineData(true)]
    public void Parameters_are_those_of_a_model(bool wide)
    {
        var config = OscarConfig.Tiny(500, wide ? 200 : 54) with { Layers = wide ? 3 : 2 };
        using OscarModel model = new(config);
        Assert.Equal(model.parameters().Sum(p => p.numel()), ScalingModel.Oscar(config, 5, 7).Parameters);
    }

    [Fact]
    public void Operations_are_those_of_all_matrix_products_three_times()
    {
        OscarConfig config = new();
        double h = config.Hidden, i = config.Intermediate, operations = 2.0 * 36 * config.RegionWidth * h;
        foreach (double s in (double[])[20, 36])
            for (var layer = 0; layer < config.Layers; layer++)
            {
                for (var projection = 0; projection < 4; projection++) operations += 2 * s * h * h;
                for (var head = 0; head < config.Heads; head++) operations += 2 * (2 * s * s * h / config.Heads);
                operations += 2 * s * h * i + 2 * s * i * h;
            }
        Assert.Equal(3 * operations, Model.FlopsPerPair, 1e-6 * operations);
    }

    // Every rank passes a chunk on to its neighbour in each round.
    [Theory, InlineData(2), InlineData(4), InlineData(7)]
    public void Bytes_are_those_of_a_ring(int ranks)
    {
        const int B = 5;
        double sent = 0;
        for (var round = 0; round < ranks - 1; round++) sent += 2 * 2 * B * Model.Dimension * 4.0;
        for (var round = 0; round < 2 * (ranks - 1); round++) sent += Model.Parameters * 4 / ranks;
        Assert.Equal(sent, Law.Step(ranks, B).WireBytes, 1);
        Assert.Equal(0, Law.Step(1, B).WireBytes);
    }

    [Theory, InlineData(2), InlineData(64), InlineData(1024)]
    public void The_smallest_hiding_batch_is_where_sending_and_computing_meet(int ranks)
    {
        var batch = Law.SmallestHidingBatch(ranks);
        bool Hides(int b) => Law.Step(ranks, b) is var step && step.Gradients <= 2.0 / 3 * step.Encoders;
        Assert.True(Hides(batch));
        Assert.False(Hides(batch - 1));
    }

    [Theory, InlineData(1), InlineData(8), InlineData(256)]
    public void The_largest_batch_fits_and_one_more_does_not(int ranks)
    {
        var batch = Law.LargestBatch(ranks);
        Assert.True(Law.Step(ranks, batch).MemoryBytes <= Machine.MemoryBytes);
        Assert.True(Law.Step(ranks, batch + 1).MemoryBytes > Machine.MemoryBytes);
        Assert.Equal(0, new ScalingLaw(Model, Machine with { MemoryBytes = 1e6 }).LargestBatch(ranks));
    }

    [Fact]
    public void Shares_and_meeting_points_are_where_the_formulas_say()
    {
        var n = 16;
        var batch = Law.LargestFullScoreBatch(n, 0.1);
        var step = Law.Step(n, (int)(batch / n));
        Assert.Equal(0.1, step.Loss / step.Encoders, 0.02);
        Assert.Equal(
            Model.FlopsPerPair * Law.EvaluationEqualsEpoch, 2 * Law.EvaluationEqualsEpoch * Law.EvaluationEqualsEpoch * Model.Dimension,
            1e6 * Model.FlopsPerPair);
        var whole = Law.GatherOutweighsGradients;
        Assert.Equal(2.0 * Model.Parameters * 4, 4 * whole * Model.Dimension * 4, 1);
        Assert.Equal(1000 * Law.Step(4, 25).Seconds, Law.Epoch(100_000, 4, 25), 1e-6);
    }
}
