namespace ITContrast.Evaluation.Statistics;

/// <summary>One direction of a <see cref="RetrievalSample"/>: sums a group for what is a mean, and the ranks in order for the median.</summary>
internal sealed class DirectionSample
{
    private const int Median = 3, Mean = 4;
    private static readonly int[] Cutoffs = [1, 5, 10];

    private readonly int[] queriesOf;
    private readonly double[][] sums;
    private readonly int[] sortedRanks, sortedGroups;

    public DirectionSample(int[] ranks, int[] groupOf, int groups)
    {
        queriesOf = new int[groups];
        sums = [.. Enumerable.Range(0, 5).Select(_ => new double[groups])];
        for (int query = 0; query < ranks.Length; query++)
        {
            int group = groupOf[query];
            queriesOf[group]++;
            for (int cutoff = 0; cutoff < Cutoffs.Length; cutoff++) sums[cutoff][group] += ranks[query] < Cutoffs[cutoff] ? 100 : 0;
            sums[Mean][group] += ranks[query] + 1;
        }
        int[] order = [.. Enumerable.Range(0, ranks.Length).OrderBy(query => ranks[query])];
        (sortedRanks, sortedGroups) = ([.. order.Select(query => ranks[query])], [.. order.Select(query => groupOf[query])]);
    }

    public void Compute(int[] weights, Span<double> values)
    {
        long queries = 0;
        for (int group = 0; group < weights.Length; group++) queries += (long)weights[group] * queriesOf[group];
        for (int metric = 0; metric < values.Length; metric++)
        {
            if (metric == Median) continue;
            double sum = 0;
            for (int group = 0; group < weights.Length; group++) sum += weights[group] * sums[metric][group];
            values[metric] = sum / queries;
        }
        values[Median] = MedianRank(weights, queries);
    }

    public double[]? Contributions(int metric)
    {
        if (metric == Median) return null;
        double queries = queriesOf.Sum();
        return [.. sums[metric].Select(sum => sum / queries)];
    }

    // ⌊mean of the two middle ranks⌋ + 1, counting each rank as often as its group weighs.
    private double MedianRank(int[] weights, long queries)
    {
        long before = 0;
        double lower = double.NaN;
        for (int place = 0; place < sortedRanks.Length; place++)
        {
            before += weights[sortedGroups[place]];
            if (double.IsNaN(lower) && before > (queries - 1) / 2) lower = sortedRanks[place];
            if (before > queries / 2) return Math.Floor((lower + sortedRanks[place]) / 2) + 1;
        }
        return double.NaN;
    }
}
