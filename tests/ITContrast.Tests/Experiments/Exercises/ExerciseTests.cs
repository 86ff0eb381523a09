using System.Text.Json.Nodes;
using ITContrast.Data;
using ITContrast.Experiments;
using ITContrast.Experiments.Exercises;
using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Tests.Experiments.Exercises;

[Collection(LiveTensors.Name), KeepsTensors]
public sealed class ExerciseTests
{
    private static Tensor Unit(Tensor v) => nn.functional.normalize(v, dim: 0);

    private static Tensor Weights(MixTask t, double tau) => (t.N.matmul(t.Q) / tau).softmax(0);

    private static Tensor Represent(MixTask t, Tensor weights) => Unit(weights.matmul(t.N));

    private static Tensor Same(long[] labels) => tensor(labels).view(-1, 1) == tensor(labels).view(1, -1);

    private static int[] RankOf(RankTask t, Func<double, double, int, int, bool> before) => [.. t.ImageOf.Select((p, c) =>
        Enumerable.Range(0, (int)t.S.shape[0]).Count(i => i != p && before(t.S[i, c].ToDouble(), t.S[p, c].ToDouble(), i, p)))];

    private static int[] Ranks(RankTask t) => RankOf(t, (s, own, i, p) => s > own || (s == own && i < p));

    private static int[] ImageRanks(RankTask t) => [.. Enumerable.Range(0, (int)t.S.shape[0]).Select(i =>
    {
        double[] row = t.S[i].data<double>().ToArray();
        return Enumerable.Range(0, row.Length).OrderByDescending(c => row[c]).Index().First(item => t.ImageOf[item.Item] == i).Index;
    })];

    private static double Percent(int[] ranks, int k) => 100.0 * ranks.Count(rank => rank < k) / ranks.Length;

    private static readonly Dictionary<string, Func<SoftmaxTask, Tensor>> WrongSoftmax = new()
    {
        ["Temperature: scores are multiplied"] = t => nn.functional.softmax(t.S * t.Tau, 1),
        ["Temperature: τ is not used"] = t => nn.functional.softmax(t.S, 1),
        ["Temperature: the probabilities are divided"] = t => nn.functional.softmax(t.S, 1) / t.Tau,
        ["Direction: the columns sum to 1"] = t => nn.functional.softmax(t.S / t.Tau, 0),
        ["Sign:"] = t => nn.functional.softmax(-t.S / t.Tau, 1),
        ["Normalisation: the exponentials"] = t => exp(t.S / t.Tau),
        ["Normalisation: all probabilities"] = t => nn.functional.softmax((t.S / t.Tau).flatten(), 0).view(t.S.shape),
        ["Logarithm:"] = t => nn.functional.log_softmax(t.S / t.Tau, 1),
        ["Independence:"] = t => 1 / (1 + exp(-t.S / t.Tau)),
    };

    private static readonly Dictionary<string, Func<MaskTask, Tensor>> WrongMask = new()
    {
        ["Mask: only the diagonal"] = t => Same([.. Enumerable.Range(0, t.Groups.Length).Select(i => (long)i)]),
        ["Mask: captions of other images of the same concept"] = t => Same(t.ImageIds),
        ["Sign:"] = t => Same(t.Groups).logical_not(),
        ["Mask: the diagonal is false"] = t => Same(t.Groups).logical_and(Same([.. Enumerable.Range(0, t.Groups.Length).Select(i => (long)i)]).logical_not()),
        ["Mask: other images of the concept are masked, but"] = t =>
            Same(t.Groups).logical_and(Same(t.ImageIds).logical_not()).logical_or(eye(t.Groups.Length, dtype: torch.@bool)),
    };

    private static readonly Dictionary<string, Func<MixTask, Tensor>> WrongPair = new()
    {
        ["Normalisation: the mix is not a unit vector"] = t => t.A * t.N[0] + (1 - t.A) * t.N[1],
        ["Sign:"] = t => -Unit(t.A * t.N[0] + (1 - t.A) * t.N[1]),
        ["Normalisation: divided by the sum of the absolute"] = t => nn.functional.normalize(t.A * t.N[0] + (1 - t.A) * t.N[1], p: 1, dim: 0),
        ["Coefficients: a and 1 − a"] = t => Unit((1 - t.A) * t.N[0] + t.A * t.N[1]),
        ["Coefficients: both parents"] = t => Unit((t.N[0] + t.N[1]) / 2),
        ["Parents: the positive"] = t => Unit(t.A * t.P + (1 - t.A) * t.N[0]),
        ["Parents: the anchor"] = t => Unit(t.A * t.Q + (1 - t.A) * t.N[0]),
        ["Hardness:"] = t => Unit(t.A * t.N[4] + (1 - t.A) * t.N[3]),
    };

    private static readonly Dictionary<string, Func<MixTask, Tensor>> WrongAnchor = new()
    {
        ["Normalisation: the mix is not a unit vector"] = t => t.A * t.Q + (1 - t.A) * t.N[0],
        ["Sign:"] = t => -Unit(t.A * t.Q + (1 - t.A) * t.N[0]),
        ["Normalisation: divided by the sum of the absolute"] = t => nn.functional.normalize(t.A * t.Q + (1 - t.A) * t.N[0], p: 1, dim: 0),
        ["Coefficients: a and 1 − a"] = t => Unit((1 - t.A) * t.Q + t.A * t.N[0]),
        ["Parents: the positive"] = t => Unit(t.A * t.P + (1 - t.A) * t.N[0]),
        ["Direction: the anchor is subtracted"] = t => Unit((1 - t.A) * t.N[0] - t.A * t.Q),
        ["Hardness:"] = t => Unit(t.A * t.Q + (1 - t.A) * t.N[4]),
    };

    private static readonly Dictionary<string, Func<MixTask, Tensor>> WrongRepresentative = new()
    {
        ["Normalisation: the mix is not a unit vector"] = t => Weights(t, t.TauH).matmul(t.N),
        ["Sign:"] = t => -Represent(t, Weights(t, t.TauH)),
        ["Normalisation: divided by the sum of the absolute"] = t => nn.functional.normalize(Weights(t, t.TauH).matmul(t.N), p: 1, dim: 0),
        ["Temperature: scores are multiplied"] = t => Represent(t, Weights(t, 1 / t.TauH)),
        ["Temperature: τ_h is not used"] = t => Represent(t, Weights(t, 1)),
        ["Hardness:"] = t => Represent(t, Weights(t, -t.TauH)),
        ["Weights: all negatives"] = t => Unit(t.N.mean([0L])),
        ["Weights: only the hardest"] = t => t.N[t.N.matmul(t.Q).argmax()],
        ["Direction:"] = t => Represent(t, (t.N.matmul(t.P) / t.TauH).softmax(0)),
        ["Weights: these are the scores"] = t => Represent(t, t.N.matmul(t.Q)),
    };

    private static readonly Dictionary<string, Func<RankTask, int[]>> WrongRanks = new()
    {
        ["Ranks: they begin at 1"] = t => [.. Ranks(t).Select(rank => rank + 1)],
        ["Sign:"] = t => RankOf(t, (s, own, i, p) => s < own || (s == own && i < p)),
        ["Ties: an equal score never"] = t => RankOf(t, (s, own, _, _) => s > own),
        ["Ties: every equal score"] = t => RankOf(t, (s, own, _, _) => s >= own),
        ["Shape: expected [10], found [5]. Direction:"] = ImageRanks,
        ["Positive:"] = t => Ranks(t with { ImageOf = [.. Enumerable.Range(0, t.ImageOf.Length).Select(c => c % (int)t.S.shape[0])] }),
    };

    private static readonly Dictionary<string, Func<RankTask, double>> WrongRecall = new()
    {
        ["Unit:"] = t => Percent(Ranks(t), t.K) / 100,
        ["K: one too many"] = t => 100.0 * Ranks(t).Count(rank => rank <= t.K) / t.ImageOf.Length,
        ["K: one too few"] = t => 100.0 * Ranks(t).Count(rank => rank + 1 < t.K) / t.ImageOf.Length,
        ["Ties: an equal score never"] = t => Percent(RankOf(t, (s, own, _, _) => s > own), t.K),
        ["Ties: every equal score"] = t => Percent(RankOf(t, (s, own, _, _) => s >= own), t.K),
        ["Direction:"] = t => Percent(ImageRanks(t), t.K),
        ["Sign: the lowest"] = t => Percent(RankOf(t, (s, own, i, p) => s < own || (s == own && i < p)), t.K),
        ["Sign: this is the share of misses"] = t => 100 - Percent(Ranks(t), t.K),
    };

    private static int[] ImageRanks(RankTask t, Func<IEnumerable<int>, int> choose) => [.. Enumerable.Range(0, (int)t.S.shape[0]).Select(i =>
    {
        double[] row = t.S[i].data<double>().ToArray();
        int[] order = [.. Enumerable.Range(0, row.Length).OrderByDescending(c => row[c])];
        return choose(Enumerable.Range(0, row.Length).Where(c => t.ImageOf[c] == i).Select(c => Array.IndexOf(order, c)));
    })];

    private static readonly Dictionary<string, Func<RankTask, double>> WrongImageRecall = new()
    {
        ["Positives: every"] = t => Percent(ImageRanks(t, own => own.Max()), t.K),
        ["Positives: only the first"] = t => Percent(ImageRanks(t, own => own.First()), t.K),
        ["Denominator:"] = t => 100.0 * ImageRanks(t, own => own.Count(rank => rank < t.K)).Sum() / t.S.shape[0],
        ["Unit:"] = t => Percent(ImageRanks(t), t.K) / 100,
        ["K: one too many"] = t => Percent(ImageRanks(t), t.K + 1),
        ["Direction:"] = t => Percent(Ranks(t), t.K),
        ["Ties: an equal score never"] = t => 100.0 * Enumerable.Range(0, (int)t.S.shape[0]).Count(i => Enumerable.Range(0, t.ImageOf.Length)
            .Where(c => t.ImageOf[c] == i).Any(c => (t.S[i] > t.S[i, c]).sum().ToInt64() < t.K)) / t.S.shape[0],
    };

    public static TheoryData<string, string> Mistakes
    {
        get
        {
            TheoryData<string, string> all = [];
            foreach ((string exercise, IEnumerable<string> mistakes) in new (string, IEnumerable<string>)[]
                { ("softmax", WrongSoftmax.Keys), ("mask", WrongMask.Keys), ("pair", WrongPair.Keys), ("anchor", WrongAnchor.Keys),
                  ("representative", WrongRepresentative.Keys),
                  ("ranks", WrongRanks.Keys),
                  ("recall", WrongRecall.Keys),
                  ("image-recall", WrongImageRecall.Keys),
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
            case "softmax": Judged.Says(Exercise.Softmax, WrongSoftmax[mistake], mistake); break;
            case "mask": Judged.Says(Exercise.Mask, WrongMask[mistake], mistake); break;
            case "pair": Judged.Says(Exercise.MixedPair, WrongPair[mistake], mistake); break;
            case "anchor": Judged.Says(Exercise.MixedAnchor, WrongAnchor[mistake], mistake); break;
            case "representative": Judged.Says(Exercise.Representative, WrongRepresentative[mistake], mistake); break;
            case "ranks": Judged.Says(Exercise.Ranks, WrongRanks[mistake], mistake); break;
            case "image-recall": Judged.Says(Exercise.ImageRecall, WrongImageRecall[mistake], mistake); break;
            default: Judged.Says(Exercise.Recall, WrongRecall[mistake], mistake); break;
        }
    }

    [Fact]
    public void Solutions_are_right_on_every_seed_and_fit_no_hint()
    {
        Judged.Right(Exercise.Softmax, t => nn.functional.softmax(t.S / t.Tau, 1));
        Judged.Right(Exercise.Mask, t => Same(t.Groups));
        Judged.Right(Exercise.MixedPair, t => Unit(t.A * t.N[0] + (1 - t.A) * t.N[1]));
        Judged.Right(Exercise.MixedAnchor, t => Unit(t.A * t.Q + (1 - t.A) * t.N[0]));
        Judged.Right(Exercise.Representative, t => Represent(t, Weights(t, t.TauH)));
        Judged.Right(Exercise.Ranks, Ranks);
        Judged.Right(Exercise.Recall, t => Percent(Ranks(t), t.K));
        Judged.Right(Exercise.ImageRecall, t => Percent(ImageRanks(t), t.K));
    }

    [Fact]
    public void Every_hint_has_a_wrong_answer_here()
    {
        Judged.Covers(Exercise.Softmax, WrongSoftmax.Keys);
        Judged.Covers(Exercise.Mask, WrongMask.Keys);
        Judged.Covers(Exercise.MixedPair, WrongPair.Keys);
        Judged.Covers(Exercise.MixedAnchor, WrongAnchor.Keys);
        Judged.Covers(Exercise.Representative, WrongRepresentative.Keys);
        Judged.Covers(Exercise.Ranks, WrongRanks.Keys);
        Judged.Covers(Exercise.Recall, WrongRecall.Keys);
        Judged.Covers(Exercise.ImageRecall, WrongImageRecall.Keys);
    }

    [Fact]
    public void The_mask_that_is_asked_for_is_the_batch_s()
    {
        using var scope = NewDisposeScope();
        for (int trial = 0; trial < Exercise<MaskTask, Tensor>.Trials; trial++)
        {
            MaskTask task = Exercise.Mask.Input(1, trial);
            int n = task.Groups.Length;
            using PairBatch batch = new(ImageBatch.Allocate(ImageKind.Global, [n, 2]), CaptionBatch.From([.. Enumerable.Repeat(new[] { 1 }, n)]),
                new int[n], task.ImageIds, task.Groups, new long[n]);
            Assert.Equal(batch.SameGroup.data<bool>().ToArray(), Exercise.Mask.Oracle(task).data<bool>().ToArray());
        }
    }

    [Fact]
    public void A_claim_is_shown_without_a_value_and_recorded_as_1()
    {
        var claim = Check.That("a < b", holds: true).ToMimeBundle();
        Assert.Equal("<p>✓ a &lt; b</p>", claim["text/html"]);
        Assert.Equal("✓ a < b", claim["text/plain"]);
        Assert.Equal(1, (double)JsonNode.Parse(claim["application/vnd.itcontrast.check+json"])!["value"]!);
        Assert.Equal("<p>✓ b: <code>1</code></p>", Check.That("b", 1).ToMimeBundle()["text/html"]);
    }

    [Fact]
    public void A_right_answer_is_recorded_and_a_wrong_one_is_not()
    {
        const string record = "application/vnd.itcontrast.check+json";
        var right = Check.That(Exercise.Softmax, t => nn.functional.softmax(t.S / t.Tau, 1)).ToMimeBundle();
        var wrong = Check.That(Exercise.Softmax, t => t.S).ToMimeBundle();
        Assert.Equal("softmax with temperature", JsonNode.Parse(right[record])!["name"]!.GetValue<string>());
        Assert.Equal(1, JsonNode.Parse(right[record])!["value"]!.GetValue<double>());
        Assert.Contains("✓ Right", right["text/html"]);
        Assert.False(wrong.ContainsKey(record));
        Assert.StartsWith("✗ Not yet: softmax with temperature. Right on 0 of 8", wrong["text/plain"]);
    }
}
