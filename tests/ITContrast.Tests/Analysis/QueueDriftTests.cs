using ITContrast.Analysis;
using static TorchSharp.torch;

namespace ITContrast.Tests.Analysis;

[Collection(LiveTensors.Name), KeepsTensors]
public sealed class QueueDriftTests
{
    private static Tensor At(params double[] degrees) =>
        tensor([.. degrees.SelectMany(d => new[] { (float)Math.Cos(d * Math.PI / 180), (float)Math.Sin(d * Math.PI / 180) })], [degrees.Length, 2]);

    // An encoder that turns its keys by 10° every 5 steps: a key of age a differs by 2a degrees.
    [Fact]
    public void Keys_that_turn_at_a_steady_rate_drift_by_the_cosine_of_their_age()
    {
        using var scope = NewDisposeScope();
        QueueDriftReport report = QueueDrift.Measure([(0L, At(0, 50)), (5L, At(10, 60)), (10L, At(20, 70) * 3), (20L, At(40, 90))]);
        Assert.Equal([5L, 10, 15, 20], report.Ages.Select(age => age.Age));
        Assert.All(report.Ages, age => Assert.Equal(Math.Cos(2 * age.Age * Math.PI / 180), age.Cosine, 5));
        Assert.Contains("From 15 steps on it is below 0.9", report.ToText());
        Assert.Equal(2, report.ToFigure().Data.Count);
    }

    [Fact]
    public void Snapshots_that_cannot_be_compared_are_refused()
    {
        using var scope = NewDisposeScope();
        Assert.Throws<ArgumentException>(() => QueueDrift.Measure([(0L, At(0))]));
        Assert.Throws<ArgumentException>(() => QueueDrift.Measure([(5L, At(0)), (5L, At(1))]));
        Assert.Contains("step 5", Assert.Throws<ShapeException>(() => QueueDrift.Measure([(0L, At(0)), (5L, At(1, 2))])).Message);
    }
}
