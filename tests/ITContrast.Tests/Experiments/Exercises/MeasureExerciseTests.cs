using ITContrast.Experiments.Exercises;
using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Tests.Experiments.Exercises;

// Each wrong answer is written as a reader would write it, not as the hints know it.
[Collection(LiveTensors.Name), KeepsTensors]
public sealed class MeasureExerciseTests
{
    private static int Before(double[] s, int own, Func<double, double, int, int, bool> before) =>
        Enumerable.Range(0, s.Length).Count(i => i != own && before(s[i], s[own], i, own));

    private static bool Ordered(double s, double own, int i, int p) => s > own || (s == own && i < p);

    private static double[] Row(Tensor s) => s.contiguous().data<double>().ToArray();

    private static int[] CaptionRanks(RankTask t, Func<double, double, int, int, bool>? before = null) =>
        [.. t.ImageOf.Select((p, c) => Before(Row(t.S.select(1, c)), p, before ?? Ordered))];

    private static int[] ImageRanks(RankTask t, Func<IEnumerable<int>, int>? choose = null, Func<double, double, int, int, bool>? before = null) =>
        [
            .. Enumerable
                .Range(0, (int)t.S.shape[0])
                .Select(i =>
        (choose ?? Enumerable.Min)(
            Enumerable.Range(0, t.ImageOf.Length).Where(c => t.ImageOf[c] == i).Select(c => Before(Row(t.S[i]), c, before ?? Ordered)))),
];

    private static double MedianOf(int[] ranks)
    {
        int[] sorted = [.. ranks.Order()];
        return sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[sorted.Length / 2 - 1] + sorted[sorted.Length / 2]) / 2.0;
    }

    private static readonly Dictionary<string, Func<RankTask, double>> WrongMedian = new()
    {
        ["Ranks: they begin at 0"] = t => Math.Floor(MedianOf(CaptionRanks(t))),
        ["Mean:"] = t => CaptionRanks(t).Average(r => r + 1.0),
        ["Rounding:"] = t => MedianOf([.. CaptionRanks(t).Select(r => r + 1)]),
        ["Ties: an equal score never"] = t => Math.Floor(MedianOf(CaptionRanks(t, (s, own, _, _) => s > own))) + 1,
        ["Ties: every equal score"] = t => Math.Floor(MedianOf(CaptionRanks(t, (s, own, _, _) => s >= own))) + 1,
        ["Direction:"] = t => Math.Floor(MedianOf(ImageRanks(t))) + 1,
        ["Sign:"] = t => Math.Floor(MedianOf(CaptionRanks(t with { S = -t.S }))) + 1,
    };

    private static double Recalls(int[] ranks, params int[] cuts) => cuts.Sum(k => 100.0 * ranks.Count(rank => rank < k) / ranks.Length);

    private static double Whole(RankTask t) => Recalls(CaptionRanks(t), 1, 5, 10) + Recalls(ImageRanks(t), 1, 5, 10);

    private static readonly Dictionary<string, Func<RankTask, double>> WrongSum = new()
    {
        ["Direction: only caption queries"] = t => Recalls(CaptionRanks(t), 1, 5, 10),
        ["Direction: only image queries"] = t => Recalls(ImageRanks(t), 1, 5, 10),
        ["Unit:"] = t => Whole(t) / 100,
        ["Reduction:"] = t => Whole(t) / 6,
        ["Positives: every"] = t => Recalls(CaptionRanks(t), 1, 5, 10) + Recalls(ImageRanks(t, Enumerable.Max), 1, 5, 10),
        ["Positives: only the first"] = t => Recalls(CaptionRanks(t), 1, 5, 10) + Recalls(ImageRanks(t, own => own.First()), 1, 5, 10),
        ["K:"] = t => Recalls(CaptionRanks(t), 2, 6, 11) + Recalls(ImageRanks(t), 2, 6, 11),
        ["Ties:"] = t => Recalls(CaptionRanks(t, (s, own, _, _) => s > own), 1, 5, 10) + Recalls(ImageRanks(t, before: (s, own, _, _) => s > own), 1, 5, 10),
    };

    private static double[] Holm(double[] p, Func<int, int, double> factor, bool running = true, bool cut = true)
    {
        var sorted = p.Select((value, at) => (value, at)).OrderBy(pair => pair.value).ToArray();
        double[] adjusted = new double[p.Length];
        for (int i = 0; i < sorted.Length; i++)
            adjusted[sorted[i].at] = (running ? sorted[..(i + 1)].Index() : [(i, sorted[i])]).Max(j =>
                Math.Min(cut ? 1 : 99, factor(j.Index + 1, p.Length) * j.Item.value));
        return adjusted;
    }

    private static double[] Holm(double[] p) => Holm(p, (j, m) => m - j + 1);

    private static readonly Dictionary<string, Func<double[], double[]>> WrongHolm = new()
    {
        ["Factor: every p-value"] = p => [.. p.Select(value => Math.Min(1, value * p.Length))],
        ["Order:"] = p => Holm([.. p.Order()]),
        ["Monotony:"] = p => Holm(p, (j, m) => m - j + 1, running: false),
        ["Range:"] = p => Holm(p, (j, m) => m - j + 1, cut: false),
        ["Direction:"] = p => Holm(p, (j, _) => j),
        ["Factor: one too few"] = p => Holm(p, (j, m) => m - j),
        ["Rate:"] = p => [.. p.Select(value => p.Where(other => other >= value).Min(other => Math.Min(1, other * p.Length / p.Count(x => x <= other))))],
    };

    private static Tensor Weights(LossTask t) => (t.S / t.Tau).masked_fill(t.Mask, double.NegativeInfinity).softmax(1);

    private static double Effective(Tensor weights) => (1 / (weights * weights).sum(1)).mean().ToDouble();

    private static readonly Dictionary<string, Func<LossTask, double>> WrongEffective = new()
    {
        ["Temperature: scores are multiplied"] = t => Effective(Weights(t with { Tau = 1 / t.Tau })),
        ["Temperature: τ is not used"] = t => Effective(Weights(t with { Tau = 1 })),
        ["Mask: pairs of one image"] = t => Effective(Weights(t with { Mask = eye(t.S.shape[0], dtype: torch.@bool) })),
        ["Mask: the positive"] = t => Effective((t.S / t.Tau).softmax(1)),
        ["Mask: the negatives are left out"] = t => Effective(Weights(t with { Mask = t.Mask.logical_not() })),
        ["Inverse:"] = t => Weights(t).square().sum(1).mean().ToDouble(),
        ["Normalisation:"] = t => Effective((t.S / t.Tau).exp().masked_fill(t.Mask, 0)),
        ["Measure:"] = t => (-Weights(t).xlogy(Weights(t)).sum(1)).exp().mean().ToDouble(),
        ["Direction:"] = t => Effective((t.S / t.Tau).masked_fill(t.Mask, double.NegativeInfinity).softmax(0).T),
        ["Reduction:"] = t => Effective(Weights(t)) * t.S.shape[0],
    };

    private static Tensor Adaptive(WeightTask t)
    {
        Tensor e = exp(t.Mu * (t.S - t.Gamma));
        return e / (1 + e.sum(1, keepdim: true));
    }

    private static readonly Dictionary<string, Func<WeightTask, Tensor>> WrongAdaptive = new()
    {
        ["Normalisation: the 1 is missing"] = t => nn.functional.softmax(t.Mu * (t.S - t.Gamma), 1),
        ["Threshold: γ is not"] = t => Adaptive(t with { S = t.S + t.Gamma }),
        ["Threshold: γ is added"] = t => Adaptive(t with { S = t.S + 2 * t.Gamma }),
        ["Temperature: μ is not"] = t => Adaptive(t with { Mu = 1 }),
        ["Temperature: divided"] = t => exp((t.S - t.Gamma) / t.Mu) / (1 + exp((t.S - t.Gamma) / t.Mu).sum(1, keepdim: true)),
        ["Sign:"] = t => Adaptive(t with { Mu = -t.Mu }),
        ["Direction:"] = t => exp(t.Mu * (t.S - t.Gamma)) / (1 + exp(t.Mu * (t.S - t.Gamma)).sum(0, keepdim: true)),
        ["Independence:"] = t => 1 / (1 + exp(-t.Mu * (t.S - t.Gamma))),
        ["Normalisation: the exponentials"] = t => exp(t.Mu * (t.S - t.Gamma)),
    };

    private static Tensor Centre(Tensor rows) => rows.mean([0L]);

    private static Tensor Length1(Tensor rows) => nn.functional.normalize(rows, dim: rows.dim() - 1);

    private static Tensor Shifted(GapTask t, double by) => Length1(t.X - by * Length1(Centre(t.X) - Centre(t.Y)));

    private static readonly Dictionary<string, Func<GapTask, Tensor>> WrongGap = new()
    {
        ["Direction: the images move away"] = t => Length1(t.X - t.Delta * Length1(Centre(t.Y) - Centre(t.X))),
        ["Normalisation: the shifted rows"] = t => t.X - t.Delta * Length1(Centre(t.X) - Centre(t.Y)),
        ["Normalisation: Δ is not"] = t => Length1(t.X - t.Delta * (Centre(t.X) - Centre(t.Y))),
        ["Coefficient: δ is not"] = t => Length1(t.X - (Centre(t.X) - Centre(t.Y))),
        ["Coefficient: half"] = t => Shifted(t, t.Delta / 2),
        ["Centre:"] = t => Length1(t.X - t.Delta * Length1(Centre(t.X))),
        ["Shape: expected [4, 3], found [8, 3]. Direction:"] = t => Length1(t.Y + t.Delta * Length1(Centre(t.X) - Centre(t.Y))),
    };

    private static Tensor[] Losses(WordTask t, Tensor logs) =>
        [.. t.Labels.Select((label, i) => (label, i)).Where(p => p.label >= 0).Select(p => -logs[p.i, p.label])];

    private static Tensor Words(WordTask t) => stack(Losses(t, t.Z.log_softmax(1))).mean();

    private static readonly Dictionary<string, Func<WordTask, Tensor>> WrongWords = new()
    {
        ["Reduction: the sum is divided"] = t => stack(Losses(t, t.Z.log_softmax(1))).sum() / t.Z.shape[0],
        ["Reduction: the places' losses"] = t => stack(Losses(t, t.Z.log_softmax(1))).sum(),
        ["Mask:"] = t => nn.functional.cross_entropy(t.Z, tensor([.. t.Labels.Select(label => Math.Max(0, label))])),
        ["Sign:"] = t => -Words(t),
        ["Logarithm: the probability"] = t => stack(Losses(t, t.Z.softmax(1))).mean() + 1,
        ["Logarithm: base 2"] = t => Words(t) / Math.Log(2),
        ["Normalisation:"] = t => stack(Losses(t, t.Z)).mean(),
        ["Direction:"] = t => stack(Losses(t, t.Z.log_softmax(0))).mean(),
    };

    public static TheoryData<string, string> Mistakes
    {
        get
        {
            TheoryData<string, string> all = [];
            foreach ((string exercise, IEnumerable<string> mistakes) in new (string, IEnumerable<string>)[]
                {
                    ("median", WrongMedian.Keys),
                    ("rsum", WrongSum.Keys),
                    ("holm", WrongHolm.Keys),
                    ("effective", WrongEffective.Keys),
                    ("adaptive", WrongAdaptive.Keys),
                    ("gap", WrongGap.Keys),
                    ("words", WrongWords.Keys),
                })
                foreach (string mistake in mistakes) all.Add(exercise, mistake);
            return all;
        }
    }

    [Theory, MemberData(nameof(Mistakes))]
    public void A_wrong_answer_gets_its_own_hint(string exercise, string mistake)
    {
        switch (exercise)
        {
            case "median": Judged.Says(Exercise.MedianRank, WrongMedian[mistake], mistake); break;
            case "rsum": Judged.Says(Exercise.RSum, WrongSum[mistake], mistake); break;
            case "holm": Judged.Says(Exercise.Holm, WrongHolm[mistake], mistake); break;
            case "effective": Judged.Says(Exercise.EffectiveNegatives, WrongEffective[mistake], mistake); break;
            case "adaptive": Judged.Says(Exercise.AdaptiveWeights, WrongAdaptive[mistake], mistake); break;
            case "gap": Judged.Says(Exercise.GapShift, WrongGap[mistake], mistake); break;
            default: Judged.Says(Exercise.MaskedWords, WrongWords[mistake], mistake); break;
        }
    }

    [Fact]
    public void Solutions_are_right_on_every_seed_and_fit_no_hint()
    {
        Judged.Right(Exercise.MedianRank, t => Math.Floor(MedianOf(CaptionRanks(t))) + 1);
        Judged.Right(Exercise.RSum, Whole);
        Judged.Right(Exercise.Holm, Holm);
        Judged.Right(Exercise.EffectiveNegatives, t => Effective(Weights(t)));
        Judged.Right(Exercise.AdaptiveWeights, Adaptive);
        Judged.Right(Exercise.GapShift, t => Shifted(t, t.Delta));
        Judged.Right(Exercise.MaskedWords, Words);
    }

    [Fact]
    public void Every_hint_has_a_wrong_answer_here()
    {
        Judged.Covers(Exercise.MedianRank, WrongMedian.Keys);
        Judged.Covers(Exercise.RSum, WrongSum.Keys);
        Judged.Covers(Exercise.Holm, WrongHolm.Keys);
        Judged.Covers(Exercise.EffectiveNegatives, WrongEffective.Keys);
        Judged.Covers(Exercise.AdaptiveWeights, WrongAdaptive.Keys);
        Judged.Covers(Exercise.GapShift, WrongGap.Keys);
        Judged.Covers(Exercise.MaskedWords, WrongWords.Keys);
    }
}
