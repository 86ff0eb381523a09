using ITContrast.Evaluation.Ranking;

namespace ITContrast.Tests.Evaluation.Ranking;

public sealed class PairRanksTests
{
    [Theory, InlineData(0, 1e-3), InlineData(2, 0.1), InlineData(1, 1e-6)]
    public void Every_positive_gets_its_place_in_the_sorted_gallery_and_parts_add_up_to_the_whole(int levels, double bound)
    {
        const int queries = 23, items = 150, width = 12;
        float[] x = Samples.Values(queries, width, 1, levels), y = Samples.Values(items, width, 2, levels);
        Rows a = Samples.Rows(x, width), b = Samples.Rows(y, width);
        var random = new Random(5);
        PositivePair[] pairs = [.. from query in Enumerable.Range(0, queries)
                                   from item in Enumerable.Range(0, items)
                                   where query % 4 != 1 && random.Next(20) == 0
                                   select new PositivePair(query, item, Samples.Dot(x, query, y, item, width))];
        int[] expected = [.. pairs.Select(pair => Enumerable.Range(0, items)
            .OrderByDescending(item => Samples.Dot(x, pair.Query, y, item, width)).ThenBy(item => item).ToList().IndexOf(pair.Item))];

        foreach (bool defined in (bool[])[true, false])
        {
            using var product = defined ? null : new WobblyProduct(a, b, bound);
            Assert.Equal(expected, PairRanks.Count(a, b, 0, pairs, product, new(10, 40), 2).Select(count => count.Rank));
            int[] sum = new int[pairs.Length];
            foreach ((int start, int count) in ((int, int)[])[(0, 37), (37, 64), (101, 49)])
            {
                Rows part = Samples.Rows(y[(start * width)..((start + count) * width)], width);
                using var partProduct = defined ? null : new WobblyProduct(a, part, bound);
                PairCount[] counts = PairRanks.Count(a, part, start, pairs, partProduct, new(7, 16), 1);
                for (int pair = 0; pair < sum.Length; pair++) sum[pair] += counts[pair].Rank;
            }
            Assert.Equal(expected, sum);
        }
    }
}
