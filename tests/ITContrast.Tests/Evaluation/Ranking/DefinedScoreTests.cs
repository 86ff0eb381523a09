using ITContrast.Evaluation.Ranking;

namespace ITContrast.Tests.Evaluation.Ranking;

public sealed unsafe class DefinedScoreTests
{
    [Theory, InlineData(1), InlineData(7), InlineData(128), InlineData(300)]
    public void Every_kernel_gives_the_same_bits(int width)
    {
        float[] x = Samples.Values(13, width, 1), y = Samples.Values(29, width, 2);
        Rows a = Samples.Rows(x, width), b = Samples.Rows(y, width);
        using var tile = new DefinedTile(8, 27);
        tile.Fill(a, 5, 7, b, 2, 27);
        double[] pairs = DefinedScore.OfPairs(a, [.. Enumerable.Range(0, 29).Select(j => j % 13)], b, [.. Enumerable.Range(0, 29)]);
        for (int j = 0; j < 29; j++) Assert.Equal(Samples.Dot(x, j % 13, y, j, width), pairs[j]);
        for (int i = 0; i < 7; i++)
            for (int j = 0; j < 27; j++)
                Assert.Equal(Samples.Dot(x, 5 + i, y, 2 + j, width), tile.Scores[i * tile.Stride + j]);
    }

    // 2^60 + 1 - 2^60 is 0 in index order and 1 in any order that adds the large terms first.
    [Fact]
    public void Order_of_summation_is_index_order()
    {
        float large = MathF.Pow(2, 60);
        Rows a = Samples.Rows([large, 1, -large], 3), ones = Samples.Rows([1, 1, 1], 3);
        Assert.Equal(0, DefinedScore.Dot(a[0], ones[0], 3));
        using var tile = new DefinedTile(1, 1);
        tile.Fill(a, 0, 1, ones, 0, 1);
        Assert.Equal(0, tile.Scores[0]);
    }

    // Errors that all add up, the worst for a bound: equal terms whose products are not fp32 values.
    [Theory, InlineData(3), InlineData(64), InlineData(1000), InlineData(4096)]
    public void The_fast_product_stays_within_its_bound_and_the_bound_is_not_idle(int width)
    {
        double worst = 0;
        for (int seed = 0; seed < 50; seed++)
        {
            float[] x = Samples.Values(1, width, seed), y = Samples.Values(1, width, seed + 100);
            for (int k = 0; k < width; k++) (x[k], y[k]) = (1 + MathF.Abs(x[k]), 1 + MathF.Abs(y[k]));
            Rows a = Samples.Rows(x, width), b = Samples.Rows(y, width);
            double error = Math.Abs(FastDot.Dot(a[0], b[0], width) - DefinedScore.Dot(a[0], b[0], width));
            double bound = ErrorBound.Absolute(ErrorBound.Fast(width), a.Norms[0], b.Norms[0], width);
            Assert.InRange(error, 0, bound);
            worst = Math.Max(worst, error / bound);
        }
        Assert.InRange(worst, 1e-3, 1);
    }

    [Theory, InlineData(float.NaN), InlineData(float.PositiveInfinity), InlineData(float.NegativeInfinity)]
    public void A_row_that_is_not_finite_is_named(float bad)
    {
        float[] values = Samples.Values(600, 10, 1);
        values[4567] = bad;
        values[5999] = bad;
        var error = Assert.Throws<DataException>(() => Samples.Rows(values, 10, "captions"));
        Assert.StartsWith("captions: row 456, column 7 of [600, 10]", error.Message);
    }
}
