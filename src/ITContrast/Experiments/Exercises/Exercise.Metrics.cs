using ITContrast.Evaluation;
using ITContrast.Evaluation.Statistics;

namespace ITContrast.Experiments.Exercises;

public static partial class Exercise
{
    /// <summary>
    /// Write the field's median rank of caption queries, from 1. Equal scores as in <see cref="Ranks"/>.
    /// <code>medR = ⌊ median_c rank_c ⌋ + 1        rank_c from 0</code>
    /// Oracle: <see cref="DirectionReport.MedianRank"/>.
    /// </summary>
    public static Exercise<RankTask, double> MedianRank { get; } =
        new(
            "median rank of caption queries",
            (random, trial) => DrawRanks(random, trial, fewest: 11),
            task => Judged(task).CaptionQuery.MedianRank,
    [
        Miscount(
            "Ranks: they begin at 0 here. The field prints ranks from 1: add 1 to the median.",
            task => [Math.Floor(Middle(CaptionRanks(task, Ties.Ordered)))]),
        Miscount(
            "Mean: this is the mean rank, which a few lost queries pull up. The median is the middle one.",
            task => [CaptionRanks(task, Ties.Ordered).Average() + 1]),
        Miscount(
            "Rounding: between two middle ranks the field takes the lower. Take the floor before adding 1.",
            task => [Middle(CaptionRanks(task, Ties.Ordered)) + 1]),
        Miscount(
            "Ties: an equal score never counts against the query, so a model that gives every pair the same score would be perfect.",
            task => [Math.Floor(Middle(CaptionRanks(task, Ties.Optimistic))) + 1]),
        Miscount(
            "Ties: every equal score counts against the query. Only those that stand before the positive do.",
            task => [Math.Floor(Middle(CaptionRanks(task, Ties.Pessimistic))) + 1]),
        Miscount("Direction: these are image queries. Here each caption ranks the images.", task => [Math.Floor(Middle(ImageRanks(task, Ties.Ordered))) + 1]),
        Miscount("Sign: the lowest scores come first.", task => [Math.Floor(Middle(CaptionRanks(task, Ties.Ordered, sign: -1))) + 1]),
    ]);

    /// <summary>
    /// Write rsum, the one number by which the field compares systems: R@1 + R@5 + R@10 of both directions, each in percent. Equal scores as in
    /// <see cref="Ranks"/>.
    /// <code>rsum = Σ_{K ∈ {1, 5, 10}} ( R@K of caption queries + R@K of image queries )        0 to 600</code>
    /// Oracle: <see cref="RetrievalReport.RSum"/>.
    /// </summary>
    public static Exercise<RankTask, double> RSum { get; } =
        new(
            "rsum of both directions",
            (random, trial) => DrawRanks(random, trial, fewest: 11),
            task => Judged(task).RSum,
    [
        Miscount("Direction: only caption queries count. Add R@1, R@5 and R@10 of image queries.", task => [Cuts(CaptionRanks(task, Ties.Ordered))]),
        Miscount("Direction: only image queries count. Add R@1, R@5 and R@10 of caption queries.", task => [Cuts(ImageRanks(task, Ties.Ordered))]),
        Miscount("Unit: shares from 0 to 1 are added. Recall is quoted in percent, so rsum ends at 600.", task => [Both(task) / 100]),
        Miscount("Reduction: this is the mean of the six recalls. rsum is their sum.", task => [Both(task) / 6]),
        Miscount(
            "Positives: every right caption of an image must be among the first K here. One is enough: take the best rank.",
            task => [Cuts(CaptionRanks(task, Ties.Ordered)) + Cuts(ImageRanks(task, Ties.Ordered, worst: true))]),
        Miscount(
            "Positives: only the first caption of each image counts. Any of them is right: take the best rank.",
            task => [Cuts(CaptionRanks(task, Ties.Ordered)) + Cuts(ImageRanks(task, Ties.Ordered, first: true))]),
        Miscount(
            "K: one too many is let in. With ranks from 0 a hit is rank < K.",
            task => [Cuts(CaptionRanks(task, Ties.Ordered), 1) + Cuts(ImageRanks(task, Ties.Ordered), 1)]),
        Miscount(
            "Ties: an equal score never counts against the query, so a model that gives every pair the same score would be perfect.",
            task => [Cuts(CaptionRanks(task, Ties.Optimistic)) + Cuts(ImageRanks(task, Ties.Optimistic))]),
    ]);

    /// <summary>
    /// Write Holm's correction of a table's p-values, in the order given:
    /// <code>p'_(i) = min(1, max_{j ≤ i} (m − j + 1) · p_(j))        p_(1) ≤ … ≤ p_(m)</code>
    /// Oracle: <see cref="Evaluation.Statistics.Holm.Adjust"/>.
    /// </summary>
    public static Exercise<double[], double[]> Holm { get; } = new("Holm's correction of p-values", DrawPValues, p => Evaluation.Statistics.Holm.Adjust(p),
    [
        Misadjust(
            "Factor: every p-value is multiplied by m. That is Bonferroni's correction; Holm's factor shrinks from m to 1.",
            p => [.. p.Select(value => Math.Min(1, p.Length * value))]),
        Misadjust("Order: the results come sorted. Put each back at the place of its p-value.", p => [.. Evaluation.Statistics.Holm.Adjust(p).Order()]),
        Misadjust(
            "Monotony: a larger p-value ends below a smaller one. Take the running maximum from the smallest on.",
            p => StepDown(p, (place, m) => m - place, running: false)),
        Misadjust("Range: a probability above 1. Cut at 1.", p => StepDown(p, (place, m) => m - place, cut: false)),
        Misadjust("Direction: the factor grows from 1 to m. The smallest p-value gets the largest factor.", p => StepDown(p, (place, _) => place + 1)),
        Misadjust("Factor: one too few. The smallest of m p-values is multiplied by m, the largest by 1.", p => StepDown(p, (place, m) => m - place - 1)),
        Misadjust("Rate: m/j is Benjamini and Hochberg's factor, which controls the share of false discoveries. Holm's is m − j + 1.", BenjaminiHochberg),
    ]);

    private static double Both(RankTask task) => Cuts(CaptionRanks(task, Ties.Ordered)) + Cuts(ImageRanks(task, Ties.Ordered));

    private static double Cuts(IEnumerable<double> ranks, int slack = 0)
    {
        double[] all = [.. ranks];
        return Hits(all, 1 + slack) + Hits(all, 5 + slack) + Hits(all, 10 + slack);
    }

    private static double Middle(IEnumerable<double> ranks)
    {
        double[] sorted = [.. ranks.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    private static Hint<double[]> Misadjust(string text, Func<double[], double[]> wrong) => Hint<double[]>.Of(text, p => wrong(p));

    private static double[] StepDown(double[] p, Func<int, int, int> factor, bool running = true, bool cut = true)
    {
        int[] order = [.. Enumerable.Range(0, p.Length).OrderBy(i => p[i])];
        double[] adjusted = new double[p.Length];
        double largest = 0;
        for (int place = 0; place < p.Length; place++)
        {
            double value = factor(place, p.Length) * p[order[place]];
            if (cut) value = Math.Min(1, value);
            largest = Math.Max(largest, value);
            adjusted[order[place]] = running ? largest : value;
        }
        return adjusted;
    }

    private static double[] BenjaminiHochberg(double[] p)
    {
        int[] order = [.. Enumerable.Range(0, p.Length).OrderByDescending(i => p[i])];
        double[] adjusted = new double[p.Length];
        double smallest = 1;
        for (int place = 0; place < p.Length; place++)
            adjusted[order[place]] = smallest = Math.Min(smallest, p[order[place]] * p.Length / (p.Length - place));
        return adjusted;
    }

    // Two close small values, so that the running maximum decides something; two large ones, so that the cut does.
    private static double[] DrawPValues(RandomStream random, int trial)
    {
        double small = 0.001 + 0.01 * random.NextDouble();
        double[] p =
        [
            small,
            small * 1.02,
            0.55 + 0.1 * random.NextDouble(),
            0.8 + 0.1 * random.NextDouble(),
            .. Enumerable.Range(0, 1 + trial).Select(_ => 0.02 + 0.2 * random.NextDouble()),
        ];
        random.Shuffle<double>(p);
        return p;
    }
}
