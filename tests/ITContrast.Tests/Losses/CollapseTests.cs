using ITContrast.Losses;
using ITContrast.Negatives.Weighting;
using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Tests.Losses;

/// <summary>Every plateau is what the loss gives where all embeddings are one, whatever is masked.</summary>
public class CollapseTests : TorchTest
{
    private const int Pairs = 6;

    // Pairs 0 and 1 share a concept.
    private static Scores Collapsed()
    {
        Tensor one = tensor(new[] { 0.6, 0.8 }).expand(Pairs, 2), mask = eye(Pairs, dtype: ScalarType.Bool);
        mask[0, 1] = mask[1, 0] = tensor(true);
        return Scores.Of(one, one, mask);
    }

    // Three synthesised negatives an anchor at the common score 1; one could not be made.
    private static SyntheticScores Synthetic()
    {
        Tensor scores = ones(Pairs, 3, dtype: ScalarType.Float64);
        scores[2, 1] = tensor(double.NegativeInfinity);
        return new(scores, ones(Pairs, 3, dtype: ScalarType.Float64));
    }

    public static TheoryData<string> Names => [.. Losses.Keys];

    private static readonly Dictionary<string, Func<IPairLoss>> Losses = new()
    {
        ["ConVSE"] = () => new ConVse(0.2),
        ["ConVSE++"] = () => new ConVsePlusPlus(0.2, 0.3),
        ["SigLIP"] = () => new SigLip(),
        ["softmax weighting"] = () => new WeightedPairLoss(new SoftmaxWeighting(0.1)),
        ["HAL's weighting"] = () => new WeightedPairLoss(new LogSumExpWeighting(60, 0.7)),
        ["hardest weighting"] = () => new WeightedPairLoss(new HardestWeighting(0.2)),
        ["polynomial weighting"] = () => new WeightedPairLoss(new PolynomialWeighting(0.2)),
        ["normalised InfoNCE"] = () => new NormalisedLoss(new HardNegativeLoss(new() { Lambda = 0 })),
        ["normalised triplet"] = () => new NormalisedLoss(new TripletLoss(0.3)),
        ["summed triplet of all negatives"] = () => new TripletLoss(0.3, HingeNegatives.All),
        ["mean triplet of all negatives"] = () => new TripletLoss(0.3, HingeNegatives.All, LossReduction.Mean),
        ["summed triplet"] = () => new TripletLoss(0.3),
        ["mean triplet"] = () => new TripletLoss(0.3, reduction: LossReduction.Mean),
        ["hard-negative triplet"] = () => new HardNegativeLoss(new() { Form = LossForm.Triplet, Margin = 0.3 }),
        ["InfoNCE"] = () => new HardNegativeLoss(new() { Lambda = 0.5 }),
        ["InfoNCE with margin"] = () => new HardNegativeLoss(new() { Lambda = 0.5, Margin = 0.1 }),
        ["InfoNCE, learned"] = () => new HardNegativeLoss(new() { LearnTemperature = true, Margin = 0.05 }),
        ["λ = 0"] = () => new HardNegativeLoss(new() { Lambda = 0 }),
        ["HCL"] = () => new HardNegativeLoss(new() { Form = LossForm.Hcl }),
        ["several positives"] = () => new InfoNce(new(0.1), new() { SyntheticWeight = 0.5 }),
        ["masked concept"] = () => new InfoNce(new(0.1), new() { SameGroup = SameGroup.Masked, SyntheticWeight = 0.5 }),
    };

    [Theory, MemberData(nameof(Names))]
    public void A_collapsed_batch_gets_the_plateau(string name)
    {
        IPairLoss loss = Losses[name]();
        foreach (SyntheticScores? synthetic in new[] { null, Synthetic() })
        {
            LossResult result = loss.Compute(Collapsed(), synthetic);
            Assert.Equal(result.Value.to(float64).item<double>(), result.Collapse!.Plateau.to(float64).item<double>(), 5);
            Assert.Equal(result.Value.to(float64).item<double>(), result.Collapse.Value.to(float64).item<double>(), 9);
            Assert.Equal(0, result.Collapse.Variance.item<double>(), 6);
        }
        (loss as IDisposable)?.Dispose();
    }

    // A plateau that followed the loss everywhere would alarm always.
    [Theory, MemberData(nameof(Names))]
    public void A_batch_whose_every_answer_is_wrong_is_far_from_the_plateau(string name)
    {
        IPairLoss loss = Losses[name]();
        Tensor mask = Collapsed().Mask, rows = eye(Pairs, dtype: ScalarType.Float64);
        Collapse far = loss.Compute(Scores.Of(rows, rows.roll(3, 0), mask)).Collapse!;
        double value = far.Value.to(float64).item<double>(), plateau = far.Plateau.to(float64).item<double>();
        Assert.True(Math.Abs(value - plateau) > 0.01 * Math.Abs(plateau), $"{value} and {plateau}");
        Assert.True(far.Variance.item<double>() > 0.5);
        (loss as IDisposable)?.Dispose();
    }

    [Fact]
    public void A_collapsed_batch_and_bank_get_HALs_plateau()
    {
        Tensor bank = ones(Pairs, 8, dtype: ScalarType.Float64);
        bank[0, 3] = tensor(double.NegativeInfinity);
        LossResult result = new HalGlobal().Compute(Collapsed(), bank, bank);
        Assert.Equal(result.Value.item<double>(), result.Collapse!.Plateau.item<double>(), 9);
        Tensor rows = eye(Pairs, dtype: ScalarType.Float64);
        Collapse far = new HalGlobal().Compute(Scores.Of(rows, rows, Collapsed().Mask), bank * 0.1, bank * 0.1).Collapse!;
        Assert.NotEqual(far.Value.item<double>(), far.Plateau.item<double>(), 2);
    }

    [Fact]
    public void Published_plateaus()
    {
        Assert.Equal(2 * 0.3 * Pairs, new TripletLoss(0.3).Compute(Collapsed()).Collapse!.Plateau.item<double>(), 6);
        Assert.Equal(2 * 0.3, new TripletLoss(0.3, reduction: LossReduction.Mean).Compute(Collapsed()).Collapse!.Plateau.item<double>(), 6);
        // All negatives: 5 of six anchors' hinges each, without the two masked pairs, in two directions.
        Assert.Equal(2 * 0.3 * (Pairs * (Pairs - 1) - 2), new TripletLoss(0.3, HingeNegatives.All).Compute(Collapsed()).Collapse!.Plateau.item<double>(), 6);
        Assert.Equal(2 * 0.3 / 0.2, new ConVsePlusPlus(0.2, 0.3).Compute(Collapsed()).Collapse!.Plateau.item<double>(), 6);
        // Four anchors have 5 negatives, two have 4; λ·G is 1.5, and 1.0 where one was not made; two directions.
        double expected =
            (3 * Math.Log(1 + 5 + 1.5) + Math.Log(1 + 5 + 1.0) + 2 * Math.Log(1 + 4 + 1.5) + 4 * Math.Log(1 + 5 + 1.5) + 2 * Math.Log(1 + 4 + 1.5)) / 12;
        using HardNegativeLoss loss = new(new() { Lambda = 0.5 });
        Assert.Equal(expected, loss.Compute(Collapsed(), Synthetic()).Collapse!.Plateau.item<double>(), 6);
    }

    [Fact]
    public void Spread_embeddings_have_variance()
    {
        Tensor opposite = tensor(new[,] { { 1.0, 0 }, { -1, 0 } }), alike = tensor(new[,] { { 1.0, 0 }, { 0, 1 } });
        // The means are 0 and (½, ½): variances 1 and ½, and the smaller one counts.
        Assert.Equal(0.5, new TripletLoss().Compute(Scores.Of(opposite, alike, eye(2, dtype: ScalarType.Bool))).Collapse!.Variance.item<double>(), 9);
    }
}
