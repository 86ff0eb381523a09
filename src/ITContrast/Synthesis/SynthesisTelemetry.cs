using ITContrast.Torch;
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
        var telemetry = new Dictionary<string, Tensor>();
        for (var i = 0; i < operators.Count; i++)
        {
            var (ofImages, ofCaptions) = (Count(images, i), Count(captions, i));
            void Add(string name, Func<ScoreTally, double> of) =>
                telemetry[$"{operators[i].Name}/{name}"] = tensor((float)((of(ofImages) + of(ofCaptions)) / 2));
            Add("score", tally => tally.Score / Math.Max(tally.Made, 1));
            Add("hardness", tally => tally.Hardness / Math.Max(tally.Compared, 1));
            Add("too-hard", tally => tally.TooHard / Math.Max(tally.Made, 1));
            Add("dropped", tally => 1 - tally.Made / tally.Asked);
        }
        return telemetry;
    }

    private static ScoreTally Count(SynthesisSide side, int which)
    {
        var direction = side.Context.Direction;
        return ScoreTally.Of(side.ByOperator[which], side.Context.Profile.Values, direction.Scores, direction.PositiveIndex);
    }
}
