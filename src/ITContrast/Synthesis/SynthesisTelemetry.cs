using static TorchSharp.torch;

namespace ITContrast.Synthesis;

/// <summary>
/// What an operator did to a batch, mean over both directions, as detached scalars:
/// <c>NAME/hardness</c> the mean of <c>q·h − max_j s_j</c> (above 0: harder than the hardest real negative), <c>NAME/score</c> the mean of <c>q·h</c>,
/// <c>NAME/too-hard</c> the share with <c>q·h &gt; s⁺</c>, <c>NAME/dropped</c> the share that could not be made.
/// Anchors without a real negative do not count in the hardness.
/// </summary>
public static class SynthesisTelemetry
{
    // Both directions side by side, [2, B, M]: half as many operators as one after the other.
    internal static IReadOnlyDictionary<string, Tensor> Of(IReadOnlyList<INegativeSynthesis> operators, SynthesisSide images, SynthesisSide captions)
    {
        using var _ = no_grad();
        Tensor Both(Func<SynthesisSide, Tensor> of) => stack([of(images), of(captions)], 0);
        var hardest = Both(side => side.Context.Profile.Values.narrow(1, 0, 1));
        var any = hardest > double.NegativeInfinity;
        var (reference, asked) = (hardest.masked_fill(any.logical_not(), 0.0), any.to(hardest.dtype));
        var positives = Both(side => side.Context.Direction.Positives.detach().unsqueeze(1));
        var telemetry = new Dictionary<string, Tensor>();
        for (var i = 0; i < operators.Count; i++)
        {
            var scores = Both(side => side.ByOperator[i].detach());
            var finite = scores > double.NegativeInfinity;
            var (safe, made) = (scores.masked_fill(finite.logical_not(), 0.0), finite.to(scores.dtype));
            var (count, compared) = (Sum(made), made * asked);
            void Add(string name, Tensor values, Tensor number) => telemetry[$"{operators[i].Name}/{name}"] = (values / number.clamp(min: 1)).mean();
            Add("score", Sum(safe), count);
            Add("hardness", Sum((safe - reference) * compared), Sum(compared));
            Add("too-hard", Sum((scores > positives).to(scores.dtype)), count);
            telemetry[$"{operators[i].Name}/dropped"] = 1 - made.mean();
        }
        return telemetry;
    }

    // Of a direction, [2].
    private static Tensor Sum(Tensor values) => values.sum([1, 2]);
}
