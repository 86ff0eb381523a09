using ITContrast.Losses;
using ITContrast.Negatives.Weighting;
using ITContrast.Negatives;
using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Tests.Losses;

/// <summary>Every loss against a naive double loop over its published formula, its gradient, and the identities that tie losses together.</summary>
public class LossTests : TorchTest
{
    private const int B = 6, D = 5;

    public static TheoryData<string> Names => [.. All.Keys];

    // Stopped weights and biases: these values are not the antiderivatives of their gradients, which have tests of their own.
    public static TheoryData<string> Differentiable => [.. All.Keys.Where(name => name is not ("weighted" or "normalised"))];

    private static readonly Dictionary<string, Func<IPairLoss>> All = new()
    {
        ["infonce"] = () => new HardNegativeLoss(new() { Temperature = 0.2, Lambda = 0 }),
        ["hcl"] = () => new HardNegativeLoss(new() { Form = LossForm.Hcl, Temperature = 0.5 }),
        ["triplet-form"] = () => new HardNegativeLoss(new() { Form = LossForm.Triplet, Margin = 0.2 }),
        ["vse0"] = () => new TripletLoss(0.2, HingeNegatives.All),
        ["vse++"] = () => new TripletLoss(),
        ["convse"] = () => new ConVse(),
        ["convse++"] = () => new ConVsePlusPlus(),
        ["siglip"] = () => new SigLip(),
        ["normalised"] = () => new NormalisedLoss(new HardNegativeLoss(new() { Temperature = 0.2, Lambda = 0 }), new() { Temperature = 0.2 }),
        ["weighted"] = () => new WeightedPairLoss(new LogSumExpWeighting(20, 0.2)),
    };

    private static Tensor Mask()
    {
        var mask = eye(B, dtype: ScalarType.Bool);
        mask[1, 4] = tensor(true);
        mask[4, 1] = tensor(true);
        return mask;
    }

    private static Scores Batch(bool masked = true) => Scores.Of(Plane.Random(B, D, 1), Plane.Random(B, D, 2), masked ? Mask() : eye(B, dtype: ScalarType.Bool));

    private static double[,] Table(Scores scores)
    {
        var s = new double[B, B];
        for (var i = 0; i < B; i++) for (var j = 0; j < B; j++) s[i, j] = scores.Matrix[i, j].item<double>();
        return s;
    }

    // Mean over image rows and over caption columns of a function of (positive, negatives).
    private static (double Rows, double Columns) Naive(Scores scores, Func<double, double[], double> anchor)
    {
        var s = Table(scores);
        bool Negative(int i, int j) => !scores.Mask[i, j].item<bool>();
        double Mean(Func<int, int, double> at, Func<int, int, bool> negative) => Enumerable.Range(0, B)
            .Average(i => anchor(s[i, i], Enumerable.Range(0, B).Where(j => negative(i, j)).Select(j => at(i, j)).ToArray()));
        return (Mean((i, j) => s[i, j], Negative), Mean((i, j) => s[j, i], (i, j) => Negative(j, i)));
    }

    private static double InfoNce(double positive, double[] negatives, double tau) =>
        -Math.Log(Math.Exp(positive / tau) / (Math.Exp(positive / tau) + negatives.Sum(n => Math.Exp(n / tau))));

    private static double Value(IPairLoss loss, Scores scores, SyntheticScores? synthetic = null) => loss.Compute(scores, synthetic).Value.item<double>();

    [Fact]
    public void Lambda_zero_is_the_symmetric_InfoNCE()
    {
        var scores = Batch();
        var (rows, columns) = Naive(scores, (p, n) => InfoNce(p, n, 0.2));
        Assert.Equal((rows + columns) / 2, Value(All["infonce"](), scores), 12);
        var synthetic = new SyntheticScores(Plane.Random(B, 3, 8), Plane.Random(B, 3, 9));
        Assert.Equal((rows + columns) / 2, Value(All["infonce"](), scores, synthetic), 12);
    }

    [Fact]
    public void Synthesised_negatives_enter_the_denominator_with_weight_lambda()
    {
        var scores = Batch();
        var (a, b) = (Plane.Random(B, 3, 8), Plane.Random(B, 3, 9));
        a[2, 1] = tensor(double.NegativeInfinity);
        var loss = new HardNegativeLoss(new() { Temperature = 0.2, Lambda = 2.5, Margin = 0.1 });
        var row = 0;
        double Anchor(double p, double[] n)
        {
            var extra = row < B ? a : b;
            var i = row++ % B;
            var denominator = Math.Exp(p / 0.2) + n.Sum(x => Math.Exp((x + 0.1) / 0.2));
            for (var g = 0; g < 3; g++) denominator += 2.5 * Math.Exp((extra[i, g].item<double>() + 0.1) / 0.2);
            return -Math.Log(Math.Exp(p / 0.2) / denominator);
        }
        var (rows, columns) = Naive(scores, Anchor);
        Assert.Equal((rows + columns) / 2, Value(loss, scores, new(a, b)), 12);
    }

    [Fact]
    public void The_triplet_form_takes_the_harder_of_real_and_synthesised()
    {
        var scores = Batch();
        var (a, b) = (Plane.Random(B, 3, 8), Plane.Random(B, 3, 9));
        var row = 0;
        double Anchor(double p, double[] n)
        {
            var extra = row < B ? a : b;
            var i = row++ % B;
            return Math.Max(0, 0.2 + Math.Max(n.Max(), Enumerable.Range(0, 3).Max(g => extra[i, g].item<double>())) - p);
        }
        var (rows, columns) = Naive(scores, Anchor);
        Assert.Equal((rows + columns) / 2, Value(All["triplet-form"](), scores, new(a, b)), 12);
    }

    [Theory, InlineData(1.0, 0.1), InlineData(0.0, 0.1), InlineData(2.0, 0.0)]
    public void Hcl_is_the_published_formula_per_anchor(double beta, double falseShare)
    {
        const double tau = 0.5;
        var (rows, columns) = Naive(Batch(), (p, n) =>
        {
            var (pos, neg) = (Math.Exp(p / tau), n.Select(x => Math.Exp(x / tau)).ToArray());
            var importance = neg.Select(x => Math.Pow(x, beta)).ToArray();
            var reweighted = importance.Zip(neg, (i, x) => i * x).Sum() / importance.Average();
            var total = Math.Max((reweighted - falseShare * n.Length * pos) / (1 - falseShare), n.Length * Math.Exp(-1 / tau));
            return -Math.Log(pos / (pos + total));
        });
        var loss = new HardNegativeLoss(new() { Form = LossForm.Hcl, Temperature = tau, Beta = beta, FalseNegativeShare = falseShare });
        Assert.Equal((rows + columns) / 2, Value(loss, Batch()), 12);
    }

    [Fact]
    public void Hcl_without_reweighting_and_debiasing_is_InfoNCE() =>
        Assert.Equal(Value(new HardNegativeLoss(new() { Temperature = 0.3, Lambda = 0 }), Batch()),
            Value(new HardNegativeLoss(new() { Form = LossForm.Hcl, Temperature = 0.3, Beta = 0, FalseNegativeShare = 0 }), Batch()), 12);

    [Fact]
    public void Vse_is_a_sum_of_hinges()
    {
        var (hard, hardColumns) = Naive(Batch(), (p, n) => Math.Max(0, 0.2 + n.Max() - p));
        Assert.Equal((hard + hardColumns) * B, Value(new TripletLoss(), Batch()), 12);
        Assert.Equal(hard + hardColumns, Value(new TripletLoss(reduction: LossReduction.Mean), Batch()), 12);
        var (all, allColumns) = Naive(Batch(), (p, n) => n.Sum(x => Math.Max(0, 0.2 + x - p)));
        Assert.Equal((all + allColumns) * B, Value(All["vse0"](), Batch()), 12);
    }

    // The identity of METHODS 4.2, for several temperatures, margins and batches.
    [Theory, InlineData(0.1, 0.2), InlineData(0.05, 0.0), InlineData(1.0, 0.5)]
    public void ConVse_plus_plus_is_VSE_plus_plus_over_tau_B(double tau, double margin)
    {
        for (var seed = 1; seed <= 5; seed++)
        {
            var scores = Scores.Of(Plane.Random(B, D, seed), Plane.Random(B, D, seed + 100), eye(B, dtype: ScalarType.Bool));
            Assert.Equal(Value(new TripletLoss(margin), scores) / (tau * B), Value(new ConVsePlusPlus(tau, margin), scores), 10);
        }
    }

    [Fact]
    public void ConVse_is_twice_the_symmetric_InfoNCE()
    {
        var (rows, columns) = Naive(Batch(masked: false), (p, n) => InfoNce(p, n, 0.1));
        Assert.Equal(rows + columns, Value(new ConVse(), Batch(masked: false)), 12);
    }

    [Fact]
    public void SigLip_is_a_sum_of_binary_decisions()
    {
        var scores = Batch();
        var (s, total) = (Table(scores), 0.0);
        for (var i = 0; i < B; i++)
            for (var j = 0; j < B; j++)
                if (i == j || !scores.Mask[i, j].item<bool>())
                    total -= Math.Log(1 / (1 + Math.Exp(-(i == j ? 1 : -1) * (10 * s[i, j] - 10))));
        Assert.Equal(total / B, Value(new SigLip(), scores), 5);
    }

    [Theory, MemberData(nameof(Differentiable))]
    public void Gradients_match_finite_differences(string name) =>
        Gradients.ShouldMatch(x => All[name]().Compute(Scores.Of(x[0], x[1], Mask())).Value, Plane.Random(B, D, 1), Plane.Random(B, D, 2));

    [Fact]
    public void Log_sum_exp_weights_are_the_gradient_of_the_log_sum_exp_loss()
    {
        const double mu = 20, gamma = 0.2;
        var (v, t) = (Plane.Random(B, D, 1).requires_grad_(), Plane.Random(B, D, 2).requires_grad_());
        var found = autograd.grad([new WeightedPairLoss(new LogSumExpWeighting(mu, gamma)).Compute(Scores.Of(v, t, Mask())).Value], [v, t]);
        var scores = Scores.Of(v, t, Mask());
        Tensor Side(Direction d) => (cat([zeros(B, 1, dtype: ScalarType.Float64), (d.Negatives - gamma) * mu], 1).logsumexp(1) / mu - (d.Positives.relu() + 1).log()).mean();
        var expected = autograd.grad([Side(Direction.OfImages(scores)) + Side(Direction.OfCaptions(scores))], [v, t]);
        for (var i = 0; i < 2; i++) Assert.True((found[i] - expected[i]).abs().max().item<double>() < 1e-12);
    }

    [Theory, InlineData("infonce"), InlineData("hardest")]
    public void Weightings_reproduce_the_gradient_of_the_loss_they_name(string name)
    {
        var (v, t) = (Plane.Random(B, D, 1).requires_grad_(), Plane.Random(B, D, 2).requires_grad_());
        IPairWeighting weighting = name == "infonce" ? new SoftmaxWeighting(0.2) : new HardestWeighting();
        IPairLoss loss = name == "infonce" ? new ConVse(0.2) : new TripletLoss(reduction: LossReduction.Mean);
        var found = autograd.grad([new WeightedPairLoss(weighting).Compute(Scores.Of(v, t, Mask())).Value], [v, t]);
        var expected = autograd.grad([loss.Compute(Scores.Of(v, t, Mask())).Value], [v, t]);
        for (var i = 0; i < 2; i++) Assert.True((found[i] - expected[i]).abs().max().item<double>() < 1e-12);
    }

    [Fact]
    public void Adaptive_weights_sum_to_less_than_one_and_fade_when_all_are_easy()
    {
        var weights = new LogSumExpWeighting(90, 0.5).Weigh(tensor(new[] { 0.6, 0.55, -1.0, 0.1, 0.0, 0.05 }, [2, 3]), tensor(new[] { 0.9, 0.9 })).Negatives;
        Assert.InRange(weights[0].sum().item<double>(), 0.9, 1 - 1e-9);
        Assert.InRange(weights[1].sum().item<double>(), 0, 1e-9);
    }

    // What is no number must reach the trainer, which stops there: a mask that hides it would train on.
    [Theory, MemberData(nameof(Names))]
    public void A_value_that_is_no_number_makes_the_loss_none(string name)
    {
        var broken = Plane.Random(B, D, 1);
        broken[2, 3] = tensor(double.NaN);
        Assert.True(double.IsNaN(Value(All[name](), Scores.Of(broken, Plane.Random(B, D, 2), Mask()))));
    }

    [Theory, MemberData(nameof(Names))]
    public void Permuting_the_batch_changes_nothing(string name)
    {
        var order = tensor(new long[] { 3, 0, 5, 1, 4, 2 });
        var (v, t, mask) = (Plane.Random(B, D, 1), Plane.Random(B, D, 2), Mask());
        var moved = Scores.Of(v.index_select(0, order), t.index_select(0, order), mask.index_select(0, order).index_select(1, order));
        Assert.Equal(Value(All[name](), Scores.Of(v, t, mask)), Value(All[name](), moved), 10);
    }

    [Fact]
    public void A_learned_temperature_has_the_gradient_of_finite_differences_under_a_mask()
    {
        double At(double temperature) => Value(new HardNegativeLoss(new() { Temperature = temperature, Lambda = 0 }), Batch());
        using var loss = new HardNegativeLoss(new() { Temperature = 0.2, LearnTemperature = true });
        var synthetic = new SyntheticScores(full([B, 2], double.NegativeInfinity, dtype: ScalarType.Float64), full([B, 2], double.NegativeInfinity, dtype: ScalarType.Float64));
        loss.Compute(Batch(), synthetic).Value.backward();
        // θ = −ln τ: dL/dθ = −τ·dL/dτ.
        Assert.Equal(-0.2 * (At(0.2 + 1e-5) - At(0.2 - 1e-5)) / 2e-5, loss.parameters().Single().grad!.item<float>(), 4);
    }

    [Fact]
    public void Plateaus_are_the_values_of_a_collapsed_model()
    {
        var same = ones(B, D, dtype: ScalarType.Float64) / Math.Sqrt(D);
        var (collapsed, synthetic) = (Scores.Of(same, same, eye(B, dtype: ScalarType.Bool)), new SyntheticScores(ones(B, 2, dtype: ScalarType.Float64), ones(B, 2, dtype: ScalarType.Float64)));
        var infoNce = new HardNegativeLoss(new() { Lambda = 3 });
        Assert.Equal(infoNce.Plateau(B - 1, 2), Value(infoNce, collapsed, synthetic), 9);
        var triplet = new HardNegativeLoss(new() { Form = LossForm.Triplet, Margin = 0.3 });
        Assert.Equal(triplet.Plateau(B - 1, 2), Value(triplet, collapsed, synthetic), 9);
        Assert.Equal(new TripletLoss(0.2).Plateau(B), Value(new TripletLoss(0.2), collapsed), 9);
        Assert.Equal(new TripletLoss(0.2, HingeNegatives.All).Plateau(B), Value(new TripletLoss(0.2, HingeNegatives.All), collapsed), 9);
    }

    [Fact]
    public void A_batch_of_one_has_no_negatives_and_no_loss()
    {
        var one = Scores.Of(Plane.Random(1, D, 1), Plane.Random(1, D, 2), eye(1, dtype: ScalarType.Bool));
        foreach (var name in new[] { "infonce", "hcl", "triplet-form", "vse++" }) Assert.Equal(0, Value(All[name](), one), 12);
    }

    [Fact]
    public void Diagnostics_tell_mass_and_violations()
    {
        var (v, t) = (Plane.Vectors(0, 90), Plane.Vectors(0, 90));
        var result = new HardNegativeLoss(new() { Temperature = 0.1 }).Compute(Scores.Of(v, t, eye(2, dtype: ScalarType.Bool)), new(zeros(2, 1, dtype: ScalarType.Float64), zeros(2, 1, dtype: ScalarType.Float64)));
        Assert.Equal(0, result.Diagnostics["violations"].item<double>(), 12);
        Assert.Equal(0.5, result.Diagnostics["synthetic-mass"].item<double>(), 9);
        Assert.Equal(2, result.Diagnostics["effective-negatives"].item<double>(), 9);
    }

    [Theory, InlineData(0.0, 1.0), InlineData(-1.0, 1.0), InlineData(0.1, -0.5), InlineData(double.NaN, 1.0)]
    public void Options_out_of_range_are_refused(double temperature, double lambda) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new HardNegativeLoss(new() { Temperature = temperature, Lambda = lambda }));

}
