using ITContrast.Losses;
using ITContrast.Negatives;
using ITContrast.Synthesis;
using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Experiments.Exercises;

public static partial class Exercise
{
    /// <summary>
    /// Write MoCHi's mix of the two hardest negatives, a unit vector <c>[D]</c>:
    /// <code>h = normalize(a·n_1 + (1−a)·n_2)</code>
    /// Oracle: <see cref="MixtureScores.Vectors"/> of the recipe of <see cref="MoChiPairs"/>.
    /// </summary>
    public static Exercise<MixTask, Tensor> MixedPair { get; } = new("mix of two negatives", DrawMix, task => Mixed(task, [1, 2], [task.A, 1 - task.A]),
    [
        .. MixMistakes(task => task.N[0] * task.A + task.N[1] * (1 - task.A)),
        Mistake("Coefficients: a and 1 − a have changed places.", task => Unit(task.N[0] * (1 - task.A) + task.N[1] * task.A)),
        Mistake("Coefficients: both parents count the same. They are a and 1 − a.", task => Unit(task.N[0] + task.N[1])),
        Mistake("Parents: the positive is mixed in. A mix of two negatives holds negatives only.", task => Unit(task.P * task.A + task.N[0] * (1 - task.A))),
        Mistake("Parents: the anchor is mixed in. That is MoCHi's second type.", task => Unit(task.Q * task.A + task.N[0] * (1 - task.A))),
        Mistake(
            "Hardness: the easiest negatives are mixed. They are sorted from hard to easy: take the first two.",
            task => Unit(task.N[-1] * task.A + task.N[-2] * (1 - task.A))),
    ]);

    /// <summary>
    /// Write MoCHi's mix of the anchor into its hardest negative, a unit vector <c>[D]</c>, nearer to the negative (a below ½):
    /// <code>h = normalize(a·q + (1−a)·n_1)</code>
    /// Oracle: <see cref="MixtureScores.Vectors"/> of the recipe of <see cref="MoChiAnchors"/>.
    /// </summary>
    public static Exercise<MixTask, Tensor> MixedAnchor { get; } =
        new(
            "mix of the anchor into its hardest negative",
            DrawMix,
            task => Mixed(task, [1], [1 - task.A], task.A),
    [
        .. MixMistakes(task => task.Q * task.A + task.N[0] * (1 - task.A)),
        Mistake(
            "Coefficients: a and 1 − a have changed places. The mix must lie nearer to the negative.",
            task => Unit(task.Q * (1 - task.A) + task.N[0] * task.A)),
        Mistake("Parents: the positive is mixed in where the anchor belongs.", task => Unit(task.P * task.A + task.N[0] * (1 - task.A))),
        Mistake("Direction: the anchor is subtracted, so the mix is easier than its parent. Add it.", task => Unit(task.N[0] * (1 - task.A) - task.Q * task.A)),
        Mistake(
            "Hardness: the easiest negative is taken. They are sorted from hard to easy: take the first.",
            task => Unit(task.Q * task.A + task.N[-1] * (1 - task.A))),
    ]);

    /// <summary>
    /// Write the representative of one group of negatives, a unit vector <c>[D]</c>:
    /// <code>
    ///   w_j = e^{q·n_j/τ_h} / Σ_k e^{q·n_k/τ_h}        h = normalize(Σ_j w_j n_j)
    /// </code>
    /// Oracle: <see cref="Synthesis.Representatives"/> with one group.
    /// </summary>
    public static Exercise<MixTask, Tensor> Representative { get; } = new("representative of a group", DrawMix, Represented,
    [
        .. MixMistakes(task => Weighted(task, (task.N.mv(task.Q) / task.TauH).softmax(0))),
        Mistake("Temperature: scores are multiplied by τ_h. Divide by it.", task => Unit(Weighted(task, (task.N.mv(task.Q) * task.TauH).softmax(0)))),
        Mistake("Temperature: τ_h is not used. Divide the scores by it.", task => Unit(Weighted(task, task.N.mv(task.Q).softmax(0)))),
        Mistake(
            "Hardness: the easiest negative weighs most. The weight grows with the score.",
            task => Unit(Weighted(task, (-task.N.mv(task.Q) / task.TauH).softmax(0)))),
        Mistake("Weights: all negatives weigh the same. Weight them by the softmax of their scores with the anchor.", task => Unit(task.N.mean([0]))),
        Mistake("Weights: only the hardest counts. That is the limit τ_h → 0.", task => task.N[0]),
        Mistake(
            "Direction: the weights come from scores with the positive. Hardness is measured from the anchor.",
            task => Unit(Weighted(task, (task.N.mv(task.P) / task.TauH).softmax(0)))),
        Mistake("Weights: these are the scores themselves. Their softmax makes them positive and sharp.", task => Unit(Weighted(task, task.N.mv(task.Q)))),
    ]);

    private static Hint<MixTask>[] MixMistakes(Func<MixTask, Tensor> mixed) =>
    [
        Mistake("Normalisation: the mix is not a unit vector, so its score is no cosine. Divide it by its length.", mixed),
        Mistake("Sign: the vector points the other way.", task => -Unit(mixed(task))),
        Mistake(
            "Normalisation: divided by the sum of the absolute values. Unit length means the square root of the sum of squares.",
            task => mixed(task) / mixed(task).abs().sum()),
    ];

    private static Hint<MixTask> Mistake(string text, Func<MixTask, Tensor> wrong) => Wrong(text, wrong);

    private static Tensor Unit(Tensor vector) => vector / vector.norm();

    private static Tensor Weighted(MixTask task, Tensor weights) => weights.unsqueeze(0).mm(task.N).squeeze(0);

    // Key 0 is the positive, the negatives follow from hard to easy.
    private static SynthesisContext Context(MixTask task)
    {
        Tensor anchors = task.Q.unsqueeze(0), keys = cat([task.P.unsqueeze(0), task.N]);
        Tensor mask = zeros([1, keys.shape[0]], dtype: torch.@bool), own = zeros([1], dtype: ScalarType.Int64);
        mask[0, 0] = tensor(true);
        Direction direction = new(anchors, keys, anchors.mm(keys.T), mask, own);
        return new(direction, HardnessProfile.Of(direction, (int)task.N.shape[0]), null!);
    }

    private static Tensor Mixed(MixTask task, long[] parents, double[] weights, double? anchor = null)
    {
        Mixture mixture = new(tensor(parents, [1, 1, parents.Length]), tensor(weights, [1, 1, weights.Length]), ones([1, 1], dtype: torch.@bool),
            anchor is { } a ? full([1, 1], a, dtype: ScalarType.Float64) : null);
        return Unit(MixtureScores.Vectors(Context(task), mixture)[0, 0]);
    }

    private static Tensor Represented(MixTask task)
    {
        SynthesisContext context = Context(task);
        Mixture mixture = new Representatives(new() { Groups = 1, HardnessTemperature = task.TauH }).Mix(context);
        return Unit(MixtureScores.Vectors(context, mixture)[0, 0]);
    }

    private static MixTask DrawMix(RandomStream random, int trial)
    {
        int width = 3 + trial;
        Tensor Row() => Unit(tensor([.. Enumerable.Range(0, width).Select(_ => random.NextGaussian())], [width]));
        Tensor anchor = Row(), positive = Unit(anchor + Row() * 0.5);
        Tensor[] negatives = [.. Enumerable.Range(0, 5).Select(_ => Row()).OrderByDescending(n => n.dot(anchor).ToDouble())];
        return new(anchor, positive, stack(negatives), 0.1 + 0.3 * random.NextDouble(), 0.1 + 0.3 * random.NextDouble());
    }
}
