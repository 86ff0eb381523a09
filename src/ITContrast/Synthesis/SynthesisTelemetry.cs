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
    internal static IReadOnlyDictionary<string, Tensor> Of(IReadOnlyList<INegativeSynthesis> operators, SynthesisSide images, SynthesisSide captions)
    {
        using var _ = no_grad();
        var telemetry = new Dictionary<string, Tensor>();
        for (var i = 0; i < operators.Count; i++)
        {
            var (a, b) = (Measure(images, i), Measure(captions, i));
            foreach (var (name, value) in a) telemetry[$"{operators[i].Name}/{name}"] = (value + b[name]) / 2;
        }
        return telemetry;
    }

    private static Dictionary<string, Tensor> Measure(SynthesisSide side, int index)
    {
        var scores = side.ByOperator[index].detach();
        var finite = scores > double.NegativeInfinity;
        var hardest = side.Context.Profile.Values.narrow(1, 0, 1);
        var compared = finite.logical_and(hardest > double.NegativeInfinity);
        return new()
        {
            ["score"] = MeanWhere(scores, finite),
            ["hardness"] = MeanWhere(scores - hardest, compared),
            ["too-hard"] = MeanWhere((scores > side.Context.Direction.Positives.detach().unsqueeze(1)).to(scores.dtype), finite),
            ["dropped"] = finite.logical_not().to(scores.dtype).mean(),
        };
    }

    private static Tensor MeanWhere(Tensor values, Tensor where) =>
        values.masked_fill(where.logical_not(), 0.0).sum() / where.sum().clamp(min: 1);
}
