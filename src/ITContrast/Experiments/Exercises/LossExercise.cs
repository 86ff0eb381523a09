using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Experiments.Exercises;

/// <summary>One anchor's loss, by plain loops over its row (or column) of scores.</summary>
/// <param name="scores">The anchor's scores with all B keys.</param>
/// <param name="masked">Which keys are no negatives; the anchor's own partner among them.</param>
/// <param name="own">The anchor's partner.</param>
/// <param name="task">Temperature and margin.</param>
public delegate double AnchorLoss(double[] scores, bool[] masked, int own, LossTask task);

/// <summary>
/// Exercises whose answer is a loss over a batch. From the loss of one anchor follow the mistakes that every loss shares: sign, temperature, mask,
/// direction, sum for mean.
/// </summary>
public static class LossExercise
{
    /// <summary>Makes an exercise of a loss.</summary>
    /// <param name="name">What is to be written.</param>
    /// <param name="oracle">The library's loss for a task; a scalar.</param>
    /// <param name="anchor">The same loss for one anchor.</param>
    /// <param name="perAnchor">Whether the loss is a mean over anchors, else their sum.</param>
    /// <param name="halved">Whether the two directions are averaged, else added.</param>
    /// <param name="own">Mistakes of this loss alone, as wrong losses of one anchor.</param>
    public static Exercise<LossTask, Tensor> Of(
        string name, Func<LossTask, Tensor> oracle, AnchorLoss anchor, bool perAnchor, bool halved, params (string Text, AnchorLoss Wrong)[] own)
    {
        ArgumentNullException.ThrowIfNull(anchor);
        ArgumentNullException.ThrowIfNull(own);
        double Whole(LossTask task, AnchorLoss loss, bool rows = true, bool columns = true, bool siblings = false) =>
            Batch.Of(task, siblings).Total(loss, task, rows, columns) / (perAnchor ? task.S.shape[0] : 1) / (halved && rows && columns ? 2 : 1);
        Hint<LossTask> Wrong(string text, Func<LossTask, double> wrong) => Hint<LossTask>.Of(text, task => [wrong(task)]);
        bool Same(double[] a, double[] b) => Closeness.Equal(a, b);
        LossTask Turned(LossTask task) => task with { S = task.S.T, Mask = task.Mask.T };
        LossTask Colder(LossTask task) => task with { Tau = task.Tau * 1.5 };

        List<Hint<LossTask>> hints =
        [
            Wrong("Sign: a loss is to be minimised, and this one falls when pairs get worse. Negate it.", task => -Whole(task, anchor)),
            Wrong(
                "Mask: pairs of one image (where the mask is true) are not negatives, but they count here. Leave them out.",
                task => Whole(task, anchor, siblings: true)),
            Wrong(
                "Direction: only the rows count, images picking captions. Add the columns, captions picking images.",
                task => Whole(task, anchor, columns: false)),
            Wrong(
                "Direction: only the columns count, captions picking images. Add the rows, images picking captions.",
                task => Whole(task, anchor, rows: false)),
            Wrong("Direction: only the rows count, and they are halved; the other half is the columns.", task => Whole(task, anchor, columns: false) / 2),
            Wrong(
                halved
                    ? "Direction: the two directions are added; this loss is their mean."
                    : "Direction: the two directions are averaged; this loss is their sum.",
                task => Whole(task, anchor) * (halved ? 2 : 0.5)),
            Wrong(
                perAnchor
                    ? "Reduction: the anchors' losses are added; this loss is their mean."
                    : "Reduction: the anchors' losses are averaged; this loss is their sum.",
                task => Whole(task, anchor) * (perAnchor ? task.S.shape[0] : 1.0 / task.S.shape[0])),
            .. own.Select(mistake => Wrong(mistake.Text, task => Whole(task, mistake.Wrong))),
        ];
        bool heated = !Closeness.Equal(Probe(anchor, 0.5), Probe(anchor, 1));
        if (heated)
        {
            hints.Add(Wrong("Temperature: scores are multiplied by τ. Divide by it.", task => Whole(task with { Tau = 1 / task.Tau }, anchor)));
            hints.Add(
                new(
                    "Temperature: the answer does not change with τ. Divide the scores by it before they are exponentiated.",
                    (yours, task) => Same(yours(task()), yours(Colder(task())))));
        }
        hints.Add(
            new(
                "Mask: the answer changes when only scores of masked pairs change. They are no negatives.",
                (yours, task) => !Same(yours(task()), yours(Batch.WithOtherSiblings(task())))));
        hints.Add(
            new(
                "Direction: the answer changes when images and captions change places. Treat rows and columns alike.",
                (yours, task) => !Same(yours(task()), yours(Turned(task())))));
        return new(name, Draw, oracle, hints);
    }

    // Pairs of one image in every batch, so that the mask decides something in each.
    private static LossTask Draw(RandomStream random, int trial)
    {
        int size = 4 + trial;
        long[] image = [.. Enumerable.Range(0, size).Select(i => i == size - 1 ? 0L : i)];
        double[] scores = [.. Enumerable.Range(0, size * size).Select(_ => 2 * random.NextDouble() - 1)];
        bool[] mask = [.. from i in image from j in image select i == j];
        return new(tensor(scores, [size, size]), tensor(mask, [size, size]), 0.2 + 0.3 * random.NextDouble(), 0.1 + 0.3 * random.NextDouble());
    }

    private static double Probe(AnchorLoss anchor, double tau) => anchor([0.1, 0.3, -0.2], [true, false, false], 0, new(null!, null!, tau, 0.2));

    private sealed record Batch(int Size, double[] Scores, bool[] Mask)
    {
        public static Batch Of(LossTask task, bool siblings)
        {
            int size = (int)task.S.shape[0];
            bool[] mask = task.Mask.data<bool>().ToArray();
            if (siblings) mask = [.. Enumerable.Range(0, size * size).Select(at => at / size == at % size)];
            return new(size, task.S.contiguous().data<double>().ToArray(), mask);
        }

        public static LossTask WithOtherSiblings(LossTask task)
        {
            Tensor siblings = task.Mask.logical_and(eye(task.S.shape[0], dtype: torch.@bool).logical_not());
            return task with { S = where(siblings, task.S * 0.5 + 0.3, task.S) };
        }

        public double Total(AnchorLoss loss, LossTask task, bool rows, bool columns)
        {
            double sum = 0;
            for (int own = 0; own < Size; own++)
            {
                int[] row = [.. Enumerable.Range(own * Size, Size)], column = [.. Enumerable.Range(0, Size).Select(i => i * Size + own)];
                if (rows) sum += loss([.. row.Select(at => Scores[at])], [.. row.Select(at => Mask[at])], own, task);
                if (columns) sum += loss([.. column.Select(at => Scores[at])], [.. column.Select(at => Mask[at])], own, task);
            }
            return sum;
        }
    }
}
