using ITContrast.Analysis;
using ITContrast.Negatives.Weighting;
using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Experiments.Exercises;

public static partial class Exercise
{
    /// <summary>
    /// Write the effective number of negatives that an image learns from, as the mean over the batch's images:
    /// <code>w_ij = e^{S_ij/τ} / Σ_{k negative} e^{S_ik/τ}        mean_i 1 / Σ_{j negative} w_ij²</code>
    /// Oracle: <see cref="GradientMass"/>, image queries.
    /// </summary>
    public static Exercise<LossTask, double> EffectiveNegatives { get; } = new("effective number of negatives", DrawEmbedded, EffectiveByLibrary,
    [
        Misweigh("Temperature: scores are multiplied by τ. Divide by it.", task => Effective(task with { Tau = 1 / task.Tau })),
        Misweigh("Temperature: τ is not used. Divide the scores by it.", task => Effective(task with { Tau = 1 })),
        Misweigh(
            "Mask: pairs of one image (where the mask is true) are not negatives, but they count here. Leave them out.",
            task => Effective(task with { Mask = eye(task.S.shape[0], dtype: torch.@bool) })),
        Misweigh(
            "Mask: the positive is among the negatives. Leave out all where the mask is true.",
            task => Effective(task with { Mask = zeros_like(task.Mask) })),
        Misweigh(
            "Mask: the negatives are left out and the rest kept. The mask is true where a pair is not a negative.",
            task => Effective(task with { Mask = task.Mask.logical_not() })),
        Misweigh(
            "Inverse: this is Σ w², which is 1 when one negative has everything. The effective number is one over it.",
            task => Effective(task, w => w.Sum(x => x * x))),
        Misweigh(
            "Normalisation: the weights of a row do not sum to 1. Divide by the sum over the row's negatives.",
            task => Effective(task, w => 1 / w.Sum(x => x * x), normalised: false)),
        Misweigh(
            "Measure: this is e to the entropy, another effective number. Write one over the sum of squares.",
            task => Effective(task, w => Math.Exp(-w.Sum(x => x * Math.Log(x))))),
        Misweigh(
            "Direction: these are the columns, captions picking images. Take the rows, images picking captions.",
            task => Effective(task with { S = task.S.T, Mask = task.Mask.T })),
        Misweigh("Reduction: the images' numbers are added. Take their mean.", task => Effective(task) * task.S.shape[0]),
    ]);

    /// <summary>
    /// Write the weights that look at all negatives of an anchor, <c>[B, N]</c>:
    /// <code>w_ij = e^{μ(S_ij−γ)} / ( 1 + Σ_k e^{μ(S_ik−γ)} )</code>
    /// Oracle: <see cref="LogSumExpWeighting"/>.
    /// </summary>
    public static Exercise<WeightTask, Tensor> AdaptiveWeights { get; } = new("adaptive weights of negatives", DrawWeights,
        task => new LogSumExpWeighting(task.Mu, task.Gamma).Weigh(task.S, zeros(task.S.shape[0], dtype: task.S.dtype)).Negatives,
    [
        Wrong<WeightTask>(
            "Normalisation: the 1 is missing below, so the weights always sum to 1, however easy all negatives are.",
            task => (task.S * task.Mu).softmax(1)),
        Wrong<WeightTask>("Threshold: γ is not subtracted. It says which score counts as hard.", task => Adaptive(task with { Gamma = 0 })),
        Wrong<WeightTask>("Threshold: γ is added. Subtract it: scores below γ are easy.", task => Adaptive(task with { Gamma = -task.Gamma })),
        Wrong<WeightTask>("Temperature: μ is not used. Multiply by it: a large μ looks at the hardest alone.", task => Adaptive(task with { Mu = 1 })),
        Wrong<WeightTask>("Temperature: divided by μ. It multiplies; its inverse is a temperature.", task => Adaptive(task with { Mu = 1 / task.Mu })),
        Wrong<WeightTask>("Sign: the easiest negative weighs most. The weight grows with the score.", task => Adaptive(task with { Mu = -task.Mu })),
        Wrong<WeightTask>(
            "Direction: the sums run over the anchors. Each anchor is a row: sum over its negatives.",
            task => Adaptive(task with { S = task.S.T }).T),
        Wrong<WeightTask>(
            "Independence: each negative is weighed alone, by a sigmoid. The sum below runs over all negatives of the anchor.",
            task => ((task.S - task.Gamma) * task.Mu).sigmoid()),
        Wrong<WeightTask>("Normalisation: the exponentials are not divided by 1 plus their sum.", task => ((task.S - task.Gamma) * task.Mu).exp()),
    ]);

    private static Hint<LossTask> Misweigh(string text, Func<LossTask, double> wrong) => Hint<LossTask>.Of(text, task => [wrong(task)]);

    private static double EffectiveByLibrary(LossTask task)
    {
        using EmbeddedPairs pairs = EmbeddedPairs.Of(task.Images, task.Captions, [.. Enumerable.Range(0, (int)task.S.shape[0])], task.Groups);
        return GradientMass.Measure(pairs, [task.Tau], threads: 1).ImageQuery.ByTemperature[0].EffectiveNumber;
    }

    private static double Effective(LossTask task, Func<double[], double>? measure = null, bool normalised = true)
    {
        int size = (int)task.S.shape[0];
        double[] s = task.S.contiguous().data<double>().ToArray();
        bool[] mask = task.Mask.contiguous().data<bool>().ToArray();
        return Enumerable.Range(0, size).Average(row =>
        {
            double[] e = [.. Enumerable.Range(row * size, size).Where(at => !mask[at]).Select(at => Math.Exp(s[at] / task.Tau))];
            double sum = normalised ? e.Sum() : 1;
            double[] w = [.. e.Select(x => x / sum)];
            return measure is null ? 1 / w.Sum(x => x * x) : measure(w);
        });
    }

    private static Tensor Adaptive(WeightTask task)
    {
        Tensor e = ((task.S - task.Gamma) * task.Mu).exp();
        return e / (e.sum(1, keepdim: true) + 1);
    }

    // The last pair shares the first one's image.
    private static LossTask DrawEmbedded(RandomStream random, int trial)
    {
        int size = 5 + trial;
        Tensor Rows() => tensor([.. Enumerable.Range(0, size * 4).Select(_ => (float)(random.NextGaussian() * 0.6))], [size, 4]);
        Tensor images = Rows(), captions = Rows();
        long[] group = [.. Enumerable.Range(0, size).Select(i => i == size - 1 ? 0L : i)];
        return new(images.mm(captions.T).to(ScalarType.Float64), Equal(group), 0.3 + 0.3 * random.NextDouble(), 0.2)
        {
            Images = images,
            Captions = captions,
            Groups = group,
        };
    }

    private static WeightTask DrawWeights(RandomStream random, int trial)
    {
        int anchors = 3 + trial, negatives = 5 + trial % 4;
        return new(
            tensor([.. Enumerable.Range(0, anchors * negatives).Select(_ => 1.5 * random.NextDouble() - 0.5)], [anchors, negatives]),
            3 + 5 * random.NextDouble(),
            0.3 + 0.4 * random.NextDouble());
    }
}
