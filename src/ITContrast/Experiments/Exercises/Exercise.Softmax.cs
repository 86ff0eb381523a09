using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Experiments.Exercises;

public static partial class Exercise
{
    /// <summary>
    /// Write the probability with which each anchor picks each item:
    /// <code>p_ij = e^{S_ij/τ} / Σ_k e^{S_ik/τ}</code>
    /// Oracle: torch's softmax of S/τ over the last dimension.
    /// </summary>
    public static Exercise<SoftmaxTask, Tensor> Softmax { get; } = new("softmax with temperature", DrawScores, task => (task.S / task.Tau).softmax(1),
    [
        Wrong("Temperature: scores are multiplied by τ. Divide by it.", task => (task.S * task.Tau).softmax(1)),
        Wrong("Temperature: τ is not used. Divide the scores by it.", task => task.S.softmax(1)),
        Wrong("Temperature: the probabilities are divided by τ after the softmax. Divide the scores before it.", task => task.S.softmax(1) / task.Tau),
        Wrong("Direction: the columns sum to 1. Each anchor is a row, so the rows must.", task => (task.S / task.Tau).softmax(0)),
        Wrong("Sign: the lowest score gets the highest probability.", task => (-task.S / task.Tau).softmax(1)),
        Wrong("Normalisation: the exponentials are not divided by their sum over the row.", task => (task.S / task.Tau).exp()),
        Wrong("Normalisation: all probabilities together sum to 1. Each row must.", task => (task.S / task.Tau).exp() / (task.S / task.Tau).exp().sum()),
        Wrong("Logarithm: these are log-probabilities. Leave the logarithm off.", task => (task.S / task.Tau).log_softmax(1)),
        Wrong("Independence: a sigmoid looks at each score alone. A softmax makes the items of a row compete.", task => (task.S / task.Tau).sigmoid()),
    ]);

    /// <summary>
    /// Write the mask of a batch, <c>[B, B]</c> bool: true where image i and caption j are <em>not</em> a negative pair.
    /// <code>M_ij = [ concept of pair i = concept of pair j ]</code>
    /// Oracle: <see cref="Data.PairBatch.SameGroup"/>.
    /// </summary>
    public static Exercise<MaskTask, Tensor> Mask { get; } = new("mask of pairs that are no negatives", DrawGroups, task => Equal(task.Groups),
    [
        Wrong<MaskTask>(
            "Mask: only the diagonal is masked. Captions of the same image, and of images of the same concept, are no negatives either.",
            task => eye(task.Groups.Length, dtype: torch.@bool)),
        Wrong<MaskTask>("Mask: captions of other images of the same concept are still negatives. Compare concepts, not images.", task => Equal(task.ImageIds)),
        Wrong<MaskTask>("Sign: the mask is true where it should be false. True means: not a negative.", task => Equal(task.Groups).logical_not()),
        Wrong<MaskTask>(
            "Mask: the diagonal is false, so every positive would count as a negative.",
            task => Equal(task.Groups).logical_and(eye(task.Groups.Length, dtype: torch.@bool).logical_not())),
        Wrong<MaskTask>(
            "Mask: other images of the concept are masked, but another pair of the same image is still a negative.",
            task => Equal(task.Groups).logical_and(Equal(task.ImageIds).logical_not()).logical_or(eye(task.Groups.Length, dtype: torch.@bool))),
    ]);

    private static Hint<SoftmaxTask> Wrong(string text, Func<SoftmaxTask, Tensor> wrong) => Wrong<SoftmaxTask>(text, wrong);

    private static Hint<TInput> Wrong<TInput>(string text, Func<TInput, Tensor> wrong) => Hint<TInput>.Of(text, input => Numbers.Of(wrong(input)).Values);

    private static SoftmaxTask DrawScores(RandomStream random, int trial)
    {
        int anchors = 3 + trial, items = 5 + trial;
        return new(
            tensor([.. Enumerable.Range(0, anchors * items).Select(_ => 2 * random.NextDouble() - 1)], [anchors, items]),
            0.1 + 0.5 * random.NextDouble());
    }

    // Pairs 0 and 1 share an image, pair 2 its concept alone.
    private static MaskTask DrawGroups(RandomStream random, int trial)
    {
        int size = 5 + trial;
        long[] images = [.. Enumerable.Range(0, size).Select(pair => pair == 1 ? 100L : 100 + pair)],
            groups = [.. images.Select((image, pair) => pair <= 2 ? 7L : image)];
        int[] order = [.. Enumerable.Range(0, size)];
        random.Shuffle<int>(order);
        return new([.. order.Select(pair => images[pair])], [.. order.Select(pair => groups[pair])]);
    }

    private static Tensor Equal(long[] of)
    {
        Tensor labels = tensor(of);
        return labels.unsqueeze(1) == labels.unsqueeze(0);
    }
}
