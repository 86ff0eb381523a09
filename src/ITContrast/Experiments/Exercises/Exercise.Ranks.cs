using ITContrast.Evaluation;
using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Experiments.Exercises;

public static partial class Exercise
{
    /// <summary>
    /// Write the 0-based rank of each caption's image among all images:
    /// <code>rank_c = #{i : S_ic > S_pc} + #{i &lt; p : S_ic = S_pc}        p = ImageOf[c]</code>
    /// Oracle: <see cref="Retrieval.Evaluate"/>.
    /// </summary>
    public static Exercise<RankTask, int[]> Ranks { get; } = new("rank of each caption's image", DrawRanks, task => Judged(task).CaptionQuery.Ranks,
    [
        Miscount(
            "Ranks: they begin at 1 here. The best has rank 0: count only what stands before the positive.",
            task => CaptionRanks(task, Ties.Ordered).Select(rank => rank + 1)),
        Miscount("Sign: the lowest score comes first.", task => CaptionRanks(task, Ties.Ordered, sign: -1)),
        Miscount(
            "Ties: an equal score never counts against the query, so a model that gives every pair the same score would be perfect.",
            task => CaptionRanks(task, Ties.Optimistic)),
        Miscount(
            "Ties: every equal score counts against the query. Only those that stand before the positive do.",
            task => CaptionRanks(task, Ties.Pessimistic)),
        Miscount(
            "Positive: caption c is taken to belong to image c. Its image is ImageOf[c].",
            task => CaptionRanks(task with { ImageOf = [.. task.ImageOf.Select((_, c) => c % (int)task.S.shape[0])] }, Ties.Ordered)),
    ], "Direction: one rank a caption, which ranks the images (a column of S).");

    /// <summary>
    /// Write Recall@K of caption queries in percent: the share of captions with their image among the first K. Equal scores as in <see cref="Ranks"/>.
    /// <code>R@K = 100 · #{c : rank_c &lt; K} / M</code>
    /// Oracle: <see cref="DirectionReport.Recall"/>.
    /// </summary>
    public static Exercise<RankTask, double> Recall { get; } = new("Recall@K of caption queries", DrawRanks, task => Judged(task).CaptionQuery.Recall(task.K),
    [
        Miscount("Unit: a share from 0 to 1. Recall is quoted in percent.", task => [Hits(CaptionRanks(task, Ties.Ordered), task.K) / 100]),
        Miscount("K: one too many is let in. With ranks from 0 a hit is rank < K.", task => [Hits(CaptionRanks(task, Ties.Ordered), task.K + 1)]),
        Miscount("K: one too few is let in. With ranks from 0 a hit is rank < K.", task => [Hits(CaptionRanks(task, Ties.Ordered), task.K - 1)]),
        Miscount(
            "Ties: an equal score never counts against the query, so a model that gives every pair the same score would be perfect.",
            task => [Hits(CaptionRanks(task, Ties.Optimistic), task.K)]),
        Miscount(
            "Ties: every equal score counts against the query. Only those that stand before the positive do.",
            task => [Hits(CaptionRanks(task, Ties.Pessimistic), task.K)]),
        Miscount("Direction: these are image queries. Here each caption ranks the images.", task => [Hits(ImageRanks(task, Ties.Ordered), task.K)]),
        Miscount("Sign: the lowest scores come first.", task => [Hits(CaptionRanks(task, Ties.Ordered, sign: -1), task.K)]),
        Miscount("Sign: this is the share of misses.", task => [100 - Hits(CaptionRanks(task, Ties.Ordered), task.K)]),
    ]);

    /// <summary>
    /// Write Recall@K of image queries in percent: an image has several right captions, and the best of them counts. Equal scores as in <see cref="Ranks"/>.
    /// <code>R@K = 100 · #{i : min over i's captions c of rank(c) &lt; K} / N</code>
    /// Oracle: <see cref="DirectionReport.Recall"/>.
    /// </summary>
    public static Exercise<RankTask, double> ImageRecall { get; } =
        new(
            "Recall@K of image queries",
            (random, trial) => DrawRanks(random, trial) with { K = 3 + trial % 3 },
            task => Judged(task).ImageQuery.Recall(task.K),
    [
        Miscount(
            "Positives: every right caption must be among the first K here. One is enough: take the best rank.",
            task => [Hits(ImageRanks(task, Ties.Ordered, worst: true), task.K)]),
        Miscount(
            "Positives: only the first caption of each image counts. Any of them is right: take the best rank.",
            task => [Hits(ImageRanks(task, Ties.Ordered, first: true), task.K)]),
        Miscount("Denominator: right captions are counted, not images. An image counts once, however many of its captions are found.",
            task => [100 * ImageCaptionRanks(task).SelectMany(own => own).Count(rank => rank < task.K) / (double)task.S.shape[0]]),
        Miscount("Unit: a share from 0 to 1. Recall is quoted in percent.", task => [Hits(ImageRanks(task, Ties.Ordered), task.K) / 100]),
        Miscount("K: one too many is let in. With ranks from 0 a hit is rank < K.", task => [Hits(ImageRanks(task, Ties.Ordered), task.K + 1)]),
        Miscount(
            "Direction: these are caption queries. Here each image ranks the captions, a row of S.",
            task => [Hits(CaptionRanks(task, Ties.Ordered), task.K)]),
        Miscount(
            "Ties: an equal score never counts against the query, so a model that gives every pair the same score would be perfect.",
            task => [Hits(ImageRanks(task, Ties.Optimistic), task.K)]),
    ]);

    private enum Ties { Ordered, Optimistic, Pessimistic }

    private static Hint<RankTask> Miscount(string text, Func<RankTask, IEnumerable<double>> wrong) => Hint<RankTask>.Of(text, task => [.. wrong(task)]);

    private static RetrievalReport Judged(RankTask task) => Retrieval.Evaluate(task.Images, task.Captions, task.ImageOf);

    private static double Hits(IEnumerable<double> ranks, int k) => 100 * ranks.Average(rank => rank < k ? 1.0 : 0);

    private static IEnumerable<double> CaptionRanks(RankTask task, Ties ties, int sign = 1) => task.ImageOf.Select((image, caption) =>
        Before([.. Enumerable.Range(0, (int)task.S.shape[0]).Select(i => sign * task.S[i, caption].ToDouble())], image, ties)).Select(rank => (double)rank);

    private static IEnumerable<double> ImageRanks(RankTask task, Ties ties, bool worst = false, bool first = false) =>
        ImageCaptionRanks(task, ties).Select(own => first ? own[0] : worst ? own.Max() : own.Min());

    private static IEnumerable<double[]> ImageCaptionRanks(RankTask task, Ties ties = Ties.Ordered)
    {
        for (int image = 0; image < task.S.shape[0]; image++)
        {
            double[] scores = [.. Enumerable.Range(0, task.ImageOf.Length).Select(c => task.S[image, c].ToDouble())];
            yield return [.. Enumerable.Range(0, scores.Length).Where(c => task.ImageOf[c] == image).Select(c => (double)Before(scores, c, ties))];
        }
    }

    private static int Before(double[] scores, int positive, Ties ties) => scores.Where((score, item) => score > scores[positive]
        || (score == scores[positive] && item != positive && ties != Ties.Optimistic && (ties == Ties.Pessimistic || item < positive))).Count();

    private static RankTask DrawRanks(RandomStream random, int trial) => DrawRanks(random, trial, 5);

    private static RankTask DrawRanks(RandomStream random, int trial, int fewest)
    {
        int images = fewest + trial % 3, each = 2;
        float[] Small(int rows) => [.. Enumerable.Range(0, rows * 3).Select(_ => (float)(random.NextInt(3) - 1))];
        Tensor x = tensor(Small(images), [images, 3]), y = tensor(Small(images * each), [images * each, 3]);
        int[] imageOf = [.. Enumerable.Range(0, images * each).Select(caption => caption % images)];
        random.Shuffle<int>(imageOf);
        return new(x.mm(y.T).to(ScalarType.Float64), imageOf, 1 + trial % 3) { Images = x, Captions = y };
    }
}
