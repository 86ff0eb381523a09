using ITContrast.Analysis;
using ITContrast.Encoders.Oscar;
using ITContrast.Evaluation.Ranking;
using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Experiments.Exercises;

public static partial class Exercise
{
    /// <summary>
    /// Write the images' half of the shift along the modality gap, unit rows <c>[N, D]</c>:
    /// <code>Δ = mean(X) − mean(Y)        x ← normalize(x − δ Δ/‖Δ‖)</code>
    /// Oracle: <see cref="ModalityGap"/>'s own shift.
    /// </summary>
    public static Exercise<GapTask, Tensor> GapShift { get; } = new("shift of images along the gap", DrawGap, ShiftedByLibrary,
    [
        Wrong<GapTask>(
            "Direction: the images move away from the captions. Subtract δ Δ/‖Δ‖ with Δ = mean(X) − mean(Y).",
            task => Unit(task.X + Toward(task), 1)),
        Wrong<GapTask>("Normalisation: the shifted rows are not unit vectors. Divide each by its length.", task => task.X - Toward(task)),
        Wrong<GapTask>("Normalisation: Δ is not divided by its length, so δ is no distance.", task => Unit(task.X - Gap(task) * task.Delta, 1)),
        Wrong<GapTask>("Coefficient: δ is not used; the images move by the whole gap.", task => Unit(task.X - Gap(task), 1)),
        Wrong<GapTask>("Coefficient: half of δ. Images move by δ, and captions by δ towards them.", task => Unit(task.X - Toward(task) / 2, 1)),
        Wrong<GapTask>(
            "Centre: Δ is the images' own centre. Subtract the captions' centre from it.",
            task => Unit(task.X - Unit(task.X.mean([0L]), 0) * task.Delta, 1)),
    ], "Direction: the images are shifted, one row each.");

    /// <summary>
    /// Write the loss of masked words, a scalar: the mean over the places whose word is to be predicted, in nats; the other places carry
    /// <see cref="TokenMasking.Ignored"/>.
    /// <code>L = −mean_{i : label_i ≠ −100} ln softmax(z_i)[label_i]</code>
    /// Oracle: torch's cross entropy, which leaves out places with that label.
    /// </summary>
    public static Exercise<WordTask, Tensor> MaskedWords { get; } = new("loss of masked words", DrawWords,
        task => nn.functional.cross_entropy(task.Z, tensor(task.Labels), ignore_index: TokenMasking.Ignored),
    [
        Wrong<WordTask>(
            "Reduction: the sum is divided by all places. Divide by those that are to be predicted.",
            task => Surprise(task).sum() / task.Labels.Length),
        Wrong<WordTask>("Reduction: the places' losses are added. Take their mean over the places to be predicted.", task => Surprise(task).sum()),
        Wrong<WordTask>(
            "Mask: places without a word to predict count, as if it were word 0. Leave out the label −100.",
            task => -task.Z.log_softmax(1).gather(1, tensor(task.Labels).clamp(min: 0).unsqueeze(1)).mean()),
        Wrong<WordTask>("Sign: this loss falls as the right words get less likely. Negate it.", task => -Surprise(task).mean()),
        Wrong<WordTask>(
            "Logarithm: the probability of the right word is taken itself. The loss is its negative logarithm.",
            task => 1 - (-Surprise(task)).exp().mean()),
        Wrong<WordTask>("Logarithm: base 2. The loss is in nats: the natural logarithm.", task => Surprise(task).mean() / Math.Log(2)),
        Wrong<WordTask>(
            "Normalisation: these are raw scores. A softmax over the words turns a place's scores into probabilities.",
            task => -Chosen(task, task.Z).mean()),
        Wrong<WordTask>(
            "Direction: the softmax runs over the places. Each place is a row: it runs over the words.",
            task => -Chosen(task, task.Z.log_softmax(0)).mean()),
    ]);

    private static Tensor Unit(Tensor rows, int along) => rows / rows.norm(along, keepdim: true);

    private static Tensor Gap(GapTask task) => task.X.mean([0L]) - task.Y.mean([0L]);

    private static Tensor Toward(GapTask task) => Unit(Gap(task), 0) * task.Delta;

    private static Tensor ShiftedByLibrary(GapTask task)
    {
        using EmbeddedPairs pairs = EmbeddedPairs.Of(
            task.X.to(ScalarType.Float32),
            task.Y.to(ScalarType.Float32),
            [.. Enumerable.Range(0, (int)task.Y.shape[0]).Select(c => c % (int)task.X.shape[0])]);
        Rows shifted = ModalityGap.Shift(pairs, task.Delta).Images;
        return tensor(NormalisedRows.Values(shifted), [shifted.Count, shifted.Width]);
    }

    private static Tensor Chosen(WordTask task, Tensor values)
    {
        long[] places = [.. Enumerable.Range(0, task.Labels.Length).Where(i => task.Labels[i] != TokenMasking.Ignored).Select(i => (long)i)];
        return values.index_select(0, tensor(places)).gather(1, tensor([.. places.Select(i => task.Labels[i])]).unsqueeze(1)).squeeze(1);
    }

    private static Tensor Surprise(WordTask task) => -Chosen(task, task.Z.log_softmax(1));

    private static GapTask DrawGap(RandomStream random, int trial)
    {
        int images = 4 + trial, width = 3 + trial % 4;
        Tensor Rows(int count, double shift) =>
            Unit(tensor([.. Enumerable.Range(0, count * width).Select(_ => random.NextGaussian() + shift)], [count, width]), 1);
        return new(Rows(images, 0.7), Rows(2 * images, -0.4), 0.15 + 0.4 * random.NextDouble());
    }

    private static WordTask DrawWords(RandomStream random, int trial)
    {
        int places = 6 + trial, words = 5 + trial % 3;
        long[] labels = [.. Enumerable.Range(0, places).Select(i => i < 3 ? 1 + random.NextInt(words - 1) : (long)TokenMasking.Ignored)];
        random.Shuffle<long>(labels);
        return new(tensor([.. Enumerable.Range(0, places * words).Select(_ => 2 * random.NextGaussian())], [places, words]), labels);
    }
}
