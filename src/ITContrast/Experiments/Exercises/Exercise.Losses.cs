using ITContrast.Losses;
using static TorchSharp.torch;

namespace ITContrast.Experiments.Exercises;

/// <summary>The exercises of the notebooks, each against the library's own code. Their names are the field's.</summary>
public static partial class Exercise
{
    /// <summary>
    /// Write symmetric InfoNCE, pairs of one image left out of the denominator:
    /// <code>L = ½ [ mean_i −ln( e^{S_ii/τ} / Σ_{j = i or a negative} e^{S_ij/τ} ) + the same over columns ]</code>
    /// Oracle: <see cref="Losses.InfoNce"/> with <see cref="SameGroup.Masked"/>.
    /// </summary>
    public static Exercise<LossTask, Tensor> InfoNce { get; } = LossExercise.Of(
        "InfoNCE of a batch", SymmetricInfoNce, LogSoftmax, perAnchor: true, halved: true, SoftmaxMistakes);

    /// <summary>
    /// Write ConVSE's loss over all negatives, the two directions added:
    /// <code>L = −mean_i ln( e^{S_ii/τ} / Σ_{j = i or a negative} e^{S_ij/τ} ) + the same over columns</code>
    /// Oracle: twice <see cref="Losses.InfoNce"/>, which is <see cref="Losses.ConVse"/>.
    /// </summary>
    public static Exercise<LossTask, Tensor> ConVse { get; } = LossExercise.Of(
        "ConVSE's loss of a batch", task => SymmetricInfoNce(task) * 2, LogSoftmax, perAnchor: true, halved: false, SoftmaxMistakes);

    /// <summary>
    /// Write VSE++'s hinge on the hardest negative:
    /// <code>L = Σ_i [α + max_{j negative} S_ij − S_ii]₊ + the same over columns</code>
    /// Oracle: <see cref="TripletLoss"/> as published.
    /// </summary>
    public static Exercise<LossTask, Tensor> HardestHinge { get; } = LossExercise.Of(
        "hinge on the hardest negative", task => new TripletLoss(task.Alpha).Compute(Scored(task)).Value, Hinge, perAnchor: false, halved: false,
        (
            "Sign: the gap is S⁺ − S⁻ here; a hinge grows when the negative scores higher.",
            (s, mask, own, task) => Math.Max(0, task.Alpha + s[own] - Negatives(s, mask).Max())),
        (
            "Margin: α is subtracted. A negative within the margin must still cost something: add it.",
            (s, mask, own, task) => Math.Max(0, Negatives(s, mask).Max() - s[own] - task.Alpha)),
        ("Margin: α is left out.", (s, mask, own, task) => Math.Max(0, Negatives(s, mask).Max() - s[own])),
        (
            "Hinge: what is below zero is kept, so easy anchors are paid for. Clamp each anchor at 0.",
            (s, mask, own, task) => task.Alpha + Negatives(s, mask).Max() - s[own]),
        (
            "Negatives: all of them are added. This loss takes the hardest of each anchor.",
            (s, mask, own, task) => Negatives(s, mask).Sum(n => Math.Max(0, task.Alpha + n - s[own]))),
        (
            "Negatives: the easiest is taken. The hardest has the highest score.",
            (s, mask, own, task) => Math.Max(0, task.Alpha + Negatives(s, mask).Min() - s[own])),
        (
            "Mask: the positive itself is among the negatives. Fill the diagonal with −∞ before the maximum.",
            (s, mask, own, task) => Math.Max(0, task.Alpha + s.Max() - s[own])));

    /// <summary>
    /// Write ConVSE++'s loss over the hardest negative, the two directions added:
    /// <code>L = mean_i [ (α + max_{j negative} S_ij − S_ii) / τ ]₊ + the same over columns</code>
    /// Oracle: <see cref="Losses.ConVsePlusPlus"/>.
    /// </summary>
    public static Exercise<LossTask, Tensor> ConVsePlusPlus { get; } = LossExercise.Of(
        "ConVSE++'s loss of a batch",
        task => new ConVsePlusPlus(task.Tau, task.Alpha).Compute(Scored(task)).Value,
        (s, mask, own, task) => Hinge(s, mask, own, task) / task.Tau,
        perAnchor: true,
        halved: false,
        (
            "Sign: the gap is S⁺ − S⁻ here; a hinge grows when the negative scores higher.",
            (s, mask, own, task) => Math.Max(0, task.Alpha + s[own] - Negatives(s, mask).Max()) / task.Tau),
        (
            "Margin: α is added after the division by τ. It stands in the exponent beside the score: divide both.",
            (s, mask, own, task) => Math.Max(0, (Negatives(s, mask).Max() - s[own]) / task.Tau + task.Alpha)),
        ("Margin: α is left out.", (s, mask, own, task) => Math.Max(0, Negatives(s, mask).Max() - s[own]) / task.Tau),
        ("Temperature: the hinge is not divided by τ. That is VSE++'s.", Hinge),
        (
            "Hinge: what is below zero is kept, so easy anchors are paid for. Clamp each anchor at 0.",
            (s, mask, own, task) => (task.Alpha + Negatives(s, mask).Max() - s[own]) / task.Tau),
        (
            "Negatives: all of them count, in a sum of exponentials. This loss takes the hardest of each anchor.",
            (s, mask, own, task) => Math.Max(0, Math.Log(Negatives(s, mask).Sum(n => Math.Exp((n + task.Alpha) / task.Tau))) - s[own] / task.Tau)),
        (
            "Mask: the positive itself is among the negatives. Fill the diagonal with −∞ before the maximum.",
            (s, mask, own, task) => Math.Max(0, task.Alpha + s.Max() - s[own]) / task.Tau));

    private static (string, AnchorLoss)[] SoftmaxMistakes =>
    [
        (
            "Positive: it is missing from the denominator, so that the loss can fall below 0.",
            (s, mask, own, task) => Math.Log(Negatives(s, mask).Sum(n => Math.Exp(n / task.Tau))) - s[own] / task.Tau),
        ("Mask: the negatives are left out and the pairs of one image kept. The mask is true where a pair is not a negative.",
            (s, mask, own, task) => Math.Log(s.Where((_, j) => mask[j]).Sum(n => Math.Exp(n / task.Tau))) - s[own] / task.Tau),
        ("Logarithm: the probability of the partner is taken itself. The loss is its negative logarithm.",
            (s, mask, own, task) => 1 - Math.Exp(-LogSoftmax(s, mask, own, task))),
        ("Logarithm: base 2. The loss is in nats: the natural logarithm.", (s, mask, own, task) => LogSoftmax(s, mask, own, task) / Math.Log(2)),
        ("Temperature: the scores are not divided by τ.", (s, mask, own, task) => LogSoftmax(s, mask, own, task with { Tau = 1 })),
    ];

    private static Tensor SymmetricInfoNce(LossTask task)
    {
        using Temperature temperature = new(task.Tau, learned: false);
        return new InfoNce(temperature, new() { SameGroup = SameGroup.Masked }).Compute(Scored(task)).Value;
    }

    // These losses read scores and mask alone; the embeddings' place is taken by the scores.
    private static Scores Scored(LossTask task) => new(task.S, task.S, task.S, task.Mask);

    private static double LogSoftmax(double[] s, bool[] mask, int own, LossTask task) =>
        Math.Log(s.Where((_, j) => j == own || !mask[j]).Sum(score => Math.Exp(score / task.Tau))) - s[own] / task.Tau;

    private static double Hinge(double[] s, bool[] mask, int own, LossTask task) => Math.Max(0, task.Alpha + Negatives(s, mask).Max() - s[own]);

    private static IEnumerable<double> Negatives(double[] s, bool[] mask) => s.Where((_, j) => !mask[j]);
}
