using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Torch;

/// <summary>Counts and sums over negatives that were made for anchors, beside what the anchors have anyway.</summary>
/// <param name="Asked">How many there could be.</param>
/// <param name="Made">How many there are, of a score above −∞.</param>
/// <param name="TooHard">How many of them score above their anchor's positive.</param>
/// <param name="Compared">How many of them have an anchor with a real negative.</param>
/// <param name="Score">Sum of the scores of those that were made.</param>
/// <param name="Hardness">Sum over those compared of the score less that of the hardest real negative.</param>
public readonly record struct ScoreTally(double Asked, double Made, double TooHard, double Compared, double Score, double Hardness)
{
    /// <summary>Counts.</summary>
    /// <param name="made">Scores of what was made, <c>[B, M]</c>, <c>-inf</c> where it was not.</param>
    /// <param name="hardest">Scores of real negatives from hard to easy, <c>[B, K]</c>; <c>-inf</c> where there is none.</param>
    /// <param name="scores">All real scores, <c>[B, N]</c>.</param>
    /// <param name="positives">Columns of the positives among them, <c>[B]</c> int64.</param>
    public static unsafe ScoreTally Of(Tensor made, Tensor hardest, Tensor scores, Tensor positives)
    {
#if TORCH_SYSTEM
        static bool Fits(Tensor x) => x is { device_type: DeviceType.CPU, dtype: ScalarType.Float32 };
        if (Fits(made) && Fits(hardest) && Fits(scores))
        {
            var counted = stackalloc double[5];
            Native.Check(Native.itc_tally(made.Handle, hardest.Handle, scores.Handle, positives.Handle, counted), nameof(ScoreTally));
            return new(made.numel(), counted[0], counted[1], counted[2], counted[3], counted[4]);
        }
#endif
        return Plain(made, hardest, scores, positives);
    }

    /// <summary>The same on the host, of any type and from any device.</summary>
    internal static ScoreTally Plain(Tensor made, Tensor hardest, Tensor scores, Tensor positives)
    {
        using var _ = no_grad();
        double[] all = Host(made), most = Host(hardest.narrow(1, 0, 1)), own = Host(scores.gather(1, positives.unsqueeze(1)));
        var (each, tally) = (made.shape[1], new ScoreTally { Asked = all.Length });
        for (var j = 0; j < all.Length; j++)
        {
            if (!(all[j] > double.NegativeInfinity)) continue;
            var anchor = j / each;
            tally = tally with { Made = tally.Made + 1, Score = tally.Score + all[j], TooHard = tally.TooHard + (all[j] > own[anchor] ? 1 : 0) };
            if (most[anchor] > double.NegativeInfinity) tally = tally with { Compared = tally.Compared + 1, Hardness = tally.Hardness + all[j] - most[anchor] };
        }
        return tally;
    }

    private static double[] Host(Tensor values)
    {
        using var scope = NewDisposeScope();
        return values.detach().to(ScalarType.Float64).cpu().contiguous().data<double>().ToArray();
    }
}
