using ITContrast.Experiments;
using ITContrast.Experiments.Exercises;
using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Tests.Experiments.Exercises;

// Each wrong answer is written as a reader would write it, in torch, not as the hints know it.
[Collection(LiveTensors.Name), KeepsTensors]
public sealed class LossExerciseTests
{
    private static Tensor Logits(LossTask t) => (t.S / t.Tau).masked_fill(Siblings(t), float.NegativeInfinity);

    private static Tensor Siblings(LossTask t) => t.Mask.logical_and(eye(t.S.shape[0], dtype: torch.@bool).logical_not());

    private static Tensor Picks(Tensor logits, long along) => -logits.log_softmax(along).diagonal();

    private static Tensor InfoNce(LossTask t) => (Picks(Logits(t), 1).mean() + Picks(Logits(t), 0).mean()) * 0.5;

    private static Tensor ConVse(LossTask t) => InfoNce(t) * 2;

    private static Tensor Hinge(LossTask t)
    {
        Tensor negatives = t.S.masked_fill(t.Mask, float.NegativeInfinity), own = t.S.diagonal();
        return (negatives.max(1).values - own + t.Alpha).clamp(min: 0).sum() + (negatives.max(0).values - own + t.Alpha).clamp(min: 0).sum();
    }

    private static Tensor HingeOf(LossTask t, Func<Tensor, Tensor, Tensor> side) => side(t.S, t.Mask) + side(t.S.T, t.Mask.T);

    private static readonly Dictionary<string, Func<LossTask, Tensor>> WrongInfoNce = new()
    {
        ["Sign:"] = t => -InfoNce(t),
        ["Mask: pairs of one image"] = t => (Picks(t.S / t.Tau, 1).mean() + Picks(t.S / t.Tau, 0).mean()) * 0.5,
        ["Direction: only the rows count, images"] = t => Picks(Logits(t), 1).mean(),
        ["Direction: only the columns count"] = t => Picks(Logits(t), 0).mean(),
        ["Direction: only the rows count, and they are halved"] = t => Picks(Logits(t), 1).mean() * 0.5,
        ["Direction: the two directions are added"] = ConVse,
        ["Reduction: the anchors' losses are added"] = t => InfoNce(t) * t.S.shape[0],
        ["Positive:"] = t =>
        {
            Tensor z = (t.S / t.Tau).masked_fill(t.Mask, float.NegativeInfinity), own = t.S.diagonal() / t.Tau;
            return ((z.logsumexp(1) - own).mean() + (z.logsumexp(0) - own).mean()) * 0.5;
        },
        ["Mask: the negatives are left out"] = t =>
        {
            Tensor z = (t.S / t.Tau).masked_fill(t.Mask.logical_not(), float.NegativeInfinity);
            return (Picks(z, 1).mean() + Picks(z, 0).mean()) * 0.5;
        },
        ["Logarithm: the probability"] = t => 1 - (Logits(t).softmax(1).diagonal().mean() + Logits(t).softmax(0).diagonal().mean()) * 0.5,
        ["Logarithm: base 2"] = t => InfoNce(t) / Math.Log(2),
        ["Temperature: the scores are not divided"] = t => InfoNce(t with { Tau = 1 }),
        ["Temperature: scores are multiplied"] = t => InfoNce(t with { Tau = 1 / t.Tau }),
        ["Temperature: the answer does not change"] = t => InfoNce(t with { Tau = 0.07 }),
        ["Mask: the answer changes"] = t => InfoNce(t) + 0.01 * t.S.masked_fill(Siblings(t).logical_not(), 0).sum(),
        ["Direction: the answer changes when"] = t => InfoNce(t) + 0.1 * t.S[0, 1],
        ["Not finite"] = t => InfoNce(t) + t.S.masked_fill(t.Mask, float.NegativeInfinity).mul(t.Mask.logical_not().to(ScalarType.Float64)).sum(),
        ["Scale"] = t => InfoNce(t) * 3,
        ["Offset"] = t => InfoNce(t) + 0.25,
        ["Shape"] = t => Picks(Logits(t), 1),
        ["It stopped with"] = t => throw new InvalidOperationException("the reader's own"),
        ["Right on "] = t => t.S.shape[0] > 6 ? InfoNce(t) : InfoNce(t) * InfoNce(t),
    };

    // ConVSE is twice InfoNCE, and so are its mistakes, but for those that say how directions are put together.
    private static readonly Dictionary<string, Func<LossTask, Tensor>> WrongConVse = WrongInfoNce
        .Where(mistake =>
            !mistake.Key.StartsWith("Direction: only", StringComparison.Ordinal) && !mistake.Key.StartsWith("Direction: the two", StringComparison.Ordinal))
        .Select(mistake => KeyValuePair.Create<string, Func<LossTask, Tensor>>(mistake.Key, t => mistake.Value(t) * 2))
        .Concat(WrongInfoNce.Where(mistake => mistake.Key.StartsWith("Direction: only", StringComparison.Ordinal)))
        .Append(KeyValuePair.Create<string, Func<LossTask, Tensor>>("Direction: the two directions are averaged", InfoNce))
        .ToDictionary();

    private static readonly Dictionary<string, Func<LossTask, Tensor>> WrongHinge = new()
    {
        ["Sign: a loss"] = t => -Hinge(t),
        ["Mask: pairs of one image"] = t => Hinge(t with { Mask = eye(t.S.shape[0], dtype: torch.@bool) }),
        ["Direction: only the rows count, images"] = t =>
            (t.S.masked_fill(t.Mask, float.NegativeInfinity).max(1).values - t.S.diagonal() + t.Alpha).clamp(min: 0).sum(),
        ["Direction: only the columns"] = t => (t.S.masked_fill(t.Mask, float.NegativeInfinity).max(0).values - t.S.diagonal() + t.Alpha).clamp(min: 0).sum(),
        ["Direction: only the rows count, and they are halved"] = t =>
            (t.S.masked_fill(t.Mask, float.NegativeInfinity).max(1).values - t.S.diagonal() + t.Alpha).clamp(min: 0).sum() / 2,
        ["Direction: the two directions are averaged"] = t => Hinge(t) / 2,
        ["Reduction: the anchors' losses are averaged"] = t => Hinge(t) / t.S.shape[0],
        ["Sign: the gap"] = t => HingeOf(t, (s, m) => (t.Alpha + s.diagonal() - s.masked_fill(m, float.NegativeInfinity).max(1).values).clamp(min: 0).sum()),
        ["Margin: α is subtracted"] = t =>
            HingeOf(t, (s, m) => (s.masked_fill(m, float.NegativeInfinity).max(1).values - s.diagonal() - t.Alpha).clamp(min: 0).sum()),
        ["Margin: α is left out"] = t => HingeOf(t, (s, m) => (s.masked_fill(m, float.NegativeInfinity).max(1).values - s.diagonal()).clamp(min: 0).sum()),
        ["Hinge: what is below zero"] = t => HingeOf(t, (s, m) => (s.masked_fill(m, float.NegativeInfinity).max(1).values - s.diagonal() + t.Alpha).sum()),
        ["Negatives: all"] = t => HingeOf(t, (s, m) => (s.masked_fill(m, float.NegativeInfinity) - s.diagonal().unsqueeze(1) + t.Alpha).clamp(min: 0).sum()),
        ["Negatives: the easiest"] = t =>
            HingeOf(t, (s, m) => (s.masked_fill(m, float.PositiveInfinity).min(1).values - s.diagonal() + t.Alpha).clamp(min: 0).sum()),
        ["Mask: the positive itself"] = t => HingeOf(t, (s, m) => (s.max(1).values - s.diagonal() + t.Alpha).clamp(min: 0).sum()),
        ["Mask: the answer changes"] = t => Hinge(t) + 0.01 * t.S.masked_fill(Siblings(t).logical_not(), 0).sum(),
        ["Direction: the answer changes when"] = t => Hinge(t) + 0.1 * t.S[0, 1],
    };

    private static Tensor Hardest(Tensor s, Tensor mask) => s.masked_fill(mask, -1).max(1).values;

    private static Tensor PlusPlus(LossTask t, Func<Tensor, Tensor, Tensor> side) => side(t.S, t.Mask).mean() + side(t.S.T, t.Mask.T).mean();

    private static Tensor PlusPlus(LossTask t) => PlusPlus(t, (s, m) => ((t.Alpha + Hardest(s, m) - s.diagonal()) / t.Tau).clamp(min: 0));

    private static readonly Dictionary<string, Func<LossTask, Tensor>> WrongPlusPlus = new()
    {
        ["Sign: a loss"] = t => -PlusPlus(t),
        ["Mask: pairs of one image"] = t => PlusPlus(t with { Mask = eye(t.S.shape[0], dtype: torch.@bool) }),
        ["Direction: only the rows count, images"] = t => ((t.Alpha + Hardest(t.S, t.Mask) - t.S.diagonal()) / t.Tau).clamp(min: 0).mean(),
        ["Direction: only the columns"] = t => ((t.Alpha + Hardest(t.S.T, t.Mask.T) - t.S.diagonal()) / t.Tau).clamp(min: 0).mean(),
        ["Direction: only the rows count, and they are halved"] = t => ((t.Alpha + Hardest(t.S, t.Mask) - t.S.diagonal()) / t.Tau).clamp(min: 0).mean() / 2,
        ["Direction: the two directions are averaged"] = t => PlusPlus(t) / 2,
        ["Reduction: the anchors' losses are added"] = t => PlusPlus(t) * t.S.shape[0],
        ["Sign: the gap"] = t => PlusPlus(t, (s, m) => ((t.Alpha + s.diagonal() - Hardest(s, m)) / t.Tau).clamp(min: 0)),
        ["Margin: α is added after"] = t => PlusPlus(t, (s, m) => ((Hardest(s, m) - s.diagonal()) / t.Tau + t.Alpha).clamp(min: 0)),
        ["Margin: α is left out"] = t => PlusPlus(t with { Alpha = 0 }),
        ["Temperature: the hinge"] = t => PlusPlus(t) * t.Tau,
        ["Hinge: what is below zero"] = t => PlusPlus(t, (s, m) => (t.Alpha + Hardest(s, m) - s.diagonal()) / t.Tau),
        ["Negatives: all"] = t =>
            PlusPlus(t, (s, m) => (((s + t.Alpha) / t.Tau).masked_fill(m, float.NegativeInfinity).logsumexp(1) - s.diagonal() / t.Tau).clamp(min: 0)),
        ["Mask: the positive itself"] = t => PlusPlus(t, (s, _) => ((t.Alpha + s.max(1).values - s.diagonal()) / t.Tau).clamp(min: 0)),
        ["Temperature: scores are multiplied"] = t => PlusPlus(t with { Tau = 1 / t.Tau }),
        ["Temperature: the answer does not change"] = t => PlusPlus(t with { Tau = 0.07 }),
        ["Mask: the answer changes"] = t => PlusPlus(t) + 0.01 * t.S.masked_fill(Siblings(t).logical_not(), 0).sum(),
        ["Direction: the answer changes when"] = t => PlusPlus(t) + 0.1 * t.S[0, 1],
    };

    public static TheoryData<string> PlusPlusMistakes => [.. WrongPlusPlus.Keys];

    [Theory, MemberData(nameof(PlusPlusMistakes))]
    public void A_wrong_ConVSE_plus_plus_gets_its_own_hint(string mistake) => Judged.Says(Exercise.ConVsePlusPlus, WrongPlusPlus[mistake], mistake);

    public static TheoryData<string> InfoNceMistakes => [.. WrongInfoNce.Keys];

    public static TheoryData<string> HingeMistakes => [.. WrongHinge.Keys];

    [Theory, MemberData(nameof(InfoNceMistakes))]
    public void A_wrong_InfoNCE_gets_its_own_hint(string mistake) => Judged.Says(Exercise.InfoNce, WrongInfoNce[mistake], mistake);

    [Theory, MemberData(nameof(HingeMistakes))]
    public void A_wrong_hinge_gets_its_own_hint(string mistake) => Judged.Says(Exercise.HardestHinge, WrongHinge[mistake], mistake);

    public static TheoryData<string> ConVseMistakes => [.. WrongConVse.Keys];

    [Theory, MemberData(nameof(ConVseMistakes))]
    public void A_wrong_ConVSE_gets_its_own_hint(string mistake) => Judged.Says(Exercise.ConVse, WrongConVse[mistake], mistake);

    [Fact]
    public void Solutions_are_right_on_every_seed_and_fit_no_hint()
    {
        Judged.Right(Exercise.InfoNce, InfoNce);
        Judged.Right(Exercise.ConVse, ConVse);
        Judged.Right(Exercise.HardestHinge, Hinge);
        Judged.Right(Exercise.ConVsePlusPlus, t => PlusPlus(t));
    }

    [Fact]
    public void Every_hint_has_a_wrong_answer_here()
    {
        Judged.Covers(Exercise.InfoNce, WrongInfoNce.Keys);
        Judged.Covers(Exercise.ConVse, WrongConVse.Keys);
        Judged.Covers(Exercise.HardestHinge, WrongHinge.Keys);
        Judged.Covers(Exercise.ConVsePlusPlus, WrongPlusPlus.Keys);
    }

    [Fact]
    public void An_answer_may_write_into_its_input() => Judged.Right(Exercise.InfoNce, t =>
    {
        Tensor loss = InfoNce(t);
        t.S.fill_(0);
        return loss;
    });

    [Fact]
    public void A_float32_answer_is_right() =>
        Judged.Right(Exercise.InfoNce, t => InfoNce(t with { S = t.S.to(ScalarType.Float32) }));
}
