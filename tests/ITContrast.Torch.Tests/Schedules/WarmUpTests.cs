using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ITContrast.Torch.Tests.Schedules;

public sealed class WarmUpTests
{
    [Fact]
    public void The_rate_rises_from_its_share_and_falls_to_the_lowest() => Live.Balanced(() =>
    {
        using var parameter = new Parameter(zeros(1));
        using var optimizer = optim.SGD([parameter], 0.8);
        var schedule = optim.lr_scheduler.LambdaLR(optimizer, WarmUp.Cosine(4, 12, 0.1));
        var rates = new List<double>();
        for (var step = 0; step < 14; step++)
        {
            rates.Add(optimizer.ParamGroups.First().LearningRate);
            optimizer.step();
            schedule.step();
        }
        double[] expected = [0.2, 0.4, 0.6, 0.8];
        Assert.Equal(expected, rates.Take(4).Select(r => Math.Round(r, 12)));
        Assert.Equal(0.8, rates[4], 1e-12);
        Assert.Equal(0.8 * 0.55, rates[8], 1e-12);
        Assert.Equal(0.08, rates[12], 1e-12);
        Assert.Equal(0.08, rates[13], 1e-12);
    });

    [Fact]
    public void A_linear_schedule_is_straight_and_a_constant_one_stays()
    {
        var linear = WarmUp.Linear(2, 6);
        Assert.Equal([0.5, 1, 1, 0.75, 0.5, 0.25, 0, 0], Enumerable.Range(0, 8).Select(linear));
        Assert.Equal([0.5, 1, 1], Enumerable.Range(0, 3).Select(WarmUp.Constant(2)));
        Assert.Throws<ArgumentOutOfRangeException>(() => WarmUp.Cosine(5, 5));
    }
}
