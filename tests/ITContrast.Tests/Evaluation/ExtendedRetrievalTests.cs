using ITContrast.Evaluation;
using ITContrast.Tests.Evaluation.Ranking;
using static TorchSharp.torch;

namespace ITContrast.Tests.Evaluation;

public sealed class ExtendedRetrievalTests
{
    // Positives at places 0, 2 and 5 of the gallery, R = 3: precision@1 = 1, precision@3 = 2/3, the third comes too late.
    [Fact]
    public void Metrics_of_one_hand_made_query()
    {
        float[] gallery = [9, 0, 8, 0, 7, 0, 6, 0, 5, 0, 4, 0];
        using var query = tensor([1f, 0f], [1, 2]);
        using var items = tensor(gallery, [6, 2]);
        ExtendedReport report = ExtendedRetrieval.Evaluate(query, items, [[5, 0, 2]]);
        Assert.Equal([0, 2, 5], report.Ranks[0]);
        Assert.Equal(100 * (1 + 2.0 / 3) / 3, report.MapAtR, 10);
        Assert.Equal(100 * 2.0 / 3, report.RPrecision, 10);
        Assert.Equal((100, 3), (report.R1, report.MeanPositives));
    }

    [Fact]
    public void Metrics_equal_a_plain_computation_over_sorted_galleries()
    {
        const int queries = 60, items = 90, width = 10;
        float[] x = Samples.Values(queries, width, 1, levels: 2), y = Samples.Values(items, width, 2, levels: 2);
        var random = new Random(3);
        int[][] positives =
        [
            .. Enumerable
                .Range(0, queries)
                .Select(q => q % 5 == 0 ? [] : Enumerable.Range(0, items).Where(_ => random.Next(12) == 0).Append(q).Distinct().ToArray()),
        ];
        double map = 0, precision = 0, first = 0;
        foreach (int q in Enumerable.Range(0, queries).Where(q => positives[q].Length > 0))
        {
            int[] order = [.. Enumerable.Range(0, items).OrderByDescending(item => Samples.Dot(x, q, y, item, width)).ThenBy(item => item)];
            int R = positives[q].Length, hits = 0;
            double sum = 0;
            for (int r = 1; r <= R; r++)
                if (positives[q].Contains(order[r - 1])) sum += ++hits / (double)r;
            (map, precision, first) = (map + sum / R / 48, precision + hits / (double)R / 48, first + (positives[q].Contains(order[0]) ? 1 / 48.0 : 0));
        }
        using var a = tensor(x, [queries, width]);
        using var b = tensor(y, [items, width]);
        foreach (ScorePrecision arithmetic in (ScorePrecision[])[ScorePrecision.Single, ScorePrecision.BFloat16, ScorePrecision.Defined])
        {
            ExtendedReport report = ExtendedRetrieval.Evaluate(a, b, positives, new() { Precision = arithmetic, TileColumns = 32 });
            Assert.Equal(48, report.JudgedQueries.Length);
            Assert.Equal(100 * map, report.MapAtR, 9);
            Assert.Equal(100 * precision, report.RPrecision, 9);
            Assert.Equal(100 * first, report.R1, 9);
        }
    }

    [Fact]
    public void Pmrp_equals_a_plain_computation()
    {
        const int queries = 30, items = 40, width = 6;
        float[] x = Samples.Values(queries, width, 1), y = Samples.Values(items, width, 2);
        var random = new Random(4);
        UInt128[] Labels(int rows) => [.. Enumerable.Range(0, rows).Select(_ => ((UInt128)1 << random.Next(70, 74)) | ((UInt128)1 << random.Next(3)))];
        UInt128[] ofQueries = Labels(queries), ofItems = Labels(items);
        double expected = Enumerable.Range(0, queries).Average(q =>
        {
            int[] order = [.. Enumerable.Range(0, items).OrderByDescending(item => Samples.Dot(x, q, y, item, width))];
            return Enumerable.Range(0, 3).Select(zeta =>
            {
                bool Matches(int item) => (int)UInt128.PopCount(ofQueries[q] ^ ofItems[item]) <= zeta;
                int R = order.Count(Matches);
                return R == 0 ? double.NaN : order.Take(R).Count(Matches) / (double)R;
            }).Where(value => !double.IsNaN(value)).DefaultIfEmpty(0).Average();
        });
        using var a = tensor(x, [queries, width]);
        using var b = tensor(y, [items, width]);
        Assert.Equal(100 * expected, PlausibleMatch.Evaluate(a, b, ofQueries, ofItems), 9);
    }

    [Fact]
    public void Positives_that_cannot_be_are_refused()
    {
        using var a = randn(2, 3);
        using var b = randn(4, 3);
        Assert.Contains("query row 1: 4 is no row", Assert.Throws<ShapeException>(() => ExtendedRetrieval.Evaluate(a, b, [[0], [4]])).Message);
        Assert.Contains("twice", Assert.Throws<ShapeException>(() => ExtendedRetrieval.Evaluate(a, b, [[0, 0], [1]])).Message);
        Assert.Contains("no query has any", Assert.Throws<ShapeException>(() => ExtendedRetrieval.Evaluate(a, b, [[], []])).Message);
        Assert.Contains("expected one array a query, 2, found 1", Assert.Throws<ShapeException>(() => ExtendedRetrieval.Evaluate(a, b, [[0]])).Message);
    }
}
