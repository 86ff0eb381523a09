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
    // Loops over some thousand numbers on the host, where a step's loss is read anyway: as tensors they took thirty small calls an operator.
    internal static IReadOnlyDictionary<string, Tensor> Of(IReadOnlyList<INegativeSynthesis> operators, SynthesisSide images, SynthesisSide captions)
    {
        using var _ = no_grad();
        var sides = new[] { images, captions }.Select(side => (
            Hardest: Host(side.Context.Profile.Values.narrow(1, 0, 1)), Positives: Host(side.Context.Direction.Positives), side.ByOperator)).ToArray();
        var telemetry = new Dictionary<string, Tensor>();
        for (var i = 0; i < operators.Count; i++)
        {
            var each = sides.Select(side => Count(Host(side.ByOperator[i]), side.Hardest, side.Positives)).ToArray();
            void Add(string name, Func<Tally, double> of) => telemetry[$"{operators[i].Name}/{name}"] = tensor((float)each.Average(of));
            Add("score", tally => tally.Score / Math.Max(tally.Made, 1));
            Add("hardness", tally => tally.Hardness / Math.Max(tally.Compared, 1));
            Add("too-hard", tally => tally.TooHard / Math.Max((double)tally.Made, 1));
            Add("dropped", tally => 1 - tally.Made / (double)tally.Asked);
        }
        return telemetry;
    }

    private static Tally Count(double[] scores, double[] hardest, double[] positives)
    {
        var (perAnchor, tally) = (scores.Length / hardest.Length, new Tally { Asked = scores.Length });
        for (var j = 0; j < scores.Length; j++)
        {
            if (!(scores[j] > double.NegativeInfinity)) continue;
            var anchor = j / perAnchor;
            tally.Made++;
            tally.Score += scores[j];
            if (scores[j] > positives[anchor]) tally.TooHard++;
            if (!(hardest[anchor] > double.NegativeInfinity)) continue;
            tally.Compared++;
            tally.Hardness += scores[j] - hardest[anchor];
        }
        return tally;
    }

    private static double[] Host(Tensor values)
    {
        using var scope = NewDisposeScope();
        return [.. values.to(ScalarType.Float64).cpu().contiguous().data<double>()];
    }

    // One operator in one direction: numbers of mixes, and sums over those that were made.
    private struct Tally
    {
        public int Asked, Made, Compared, TooHard;
        public double Score, Hardness;
    }
}
