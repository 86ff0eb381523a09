namespace ITContrast.Tests;

public sealed class RandomStreamTests
{
    [Fact]
    public void A_stream_is_a_function_of_seed_name_and_step()
    {
        ulong[] Draw(ulong seed, string name, long step)
        {
            RandomStream stream = new(seed, name, step);
            return [stream.NextUInt64(), stream.NextUInt64(), stream.NextUInt64()];
        }
        Assert.Equal(Draw(1, "a", 2), Draw(1, "a", 2));
        var different = new[] { Draw(1, "a", 2), Draw(2, "a", 1), Draw(1, "b", 2), Draw(1, "a", 3), Draw(0, "a", 3) };
        Assert.Equal(5, different.Select(draw => string.Join(",", draw)).Distinct().Count());
        Assert.Equal(15, different.SelectMany(draw => draw).Distinct().Count());
    }

    // Chi-square over 7 cells with 6 degrees of freedom stays below 22.5 with probability 0.999; the seed is fixed, so this cannot flicker.
    [Fact]
    public void Integers_are_uniform()
    {
        RandomStream stream = new(5, "uniform");
        int[] counts = new int[7];
        for (int i = 0; i < 70_000; i++) counts[stream.NextInt(7)]++;
        Assert.True(counts.Sum(count => Math.Pow(count - 10_000, 2) / 10_000) < 22.5, string.Join(" ", counts));
    }

    [Fact]
    public void Shuffles_reach_every_order_equally_often()
    {
        Dictionary<string, int> orders = [];
        for (int i = 0; i < 6_000; i++)
        {
            int[] items = [0, 1, 2];
            new RandomStream(9, "shuffle", i).Shuffle<int>(items);
            string key = string.Concat(items);
            orders[key] = orders.GetValueOrDefault(key) + 1;
        }
        Assert.Equal(6, orders.Count);
        Assert.All(orders.Values, count => Assert.InRange(count, 870, 1130));
    }

    [Fact]
    public void Gaussians_have_the_moments_of_the_normal_distribution()
    {
        RandomStream stream = new(3, "gauss");
        double[] x = [.. Enumerable.Range(0, 40_000).Select(_ => stream.NextGaussian())];
        Assert.InRange(x.Average(), -0.02, 0.02);
        Assert.InRange(x.Average(v => v * v), 0.97, 1.03);
        Assert.InRange(x.Average(v => v * v * v * v), 2.85, 3.15);
    }
}
