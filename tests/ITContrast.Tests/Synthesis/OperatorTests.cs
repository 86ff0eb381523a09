using ITContrast.Negatives;
using ITContrast.Synthesis;
using ITContrast.Torch;
using TorchSharp;
using static ITContrast.Tests.Plane;
using static TorchSharp.torch;

namespace ITContrast.Tests.Synthesis;

/// <summary>Every operator against what its formula gives on points that one can draw, and its two paths against each other.</summary>
public class OperatorTests : TorchTest
{
    public static TheoryData<string> MixtureNames => [.. Mixtures.Select(o => o.Name)];

    private static MixtureSynthesis[] Mixtures =>
    [
        new Representatives(new() { Groups = 2, HardnessTemperature = 0.1 }),
        new MoChiPairs(5), new MoChiAnchors(5), new SynCoInterpolation(5), new SynCoExtrapolation(5), new SynCoMixup(5),
        new SynCoGradient(5, 0.3), new SynCoAdversarial(5, 0.3), new MixCse(), new PositiveInterpolation(5),
    ];

    private static SynthesisContext Context(
        Direction direction, int hardest, bool through = false, SynthesisPath path = SynthesisPath.Automatic, ulong seed = 5
    ) => new(direction, HardnessProfile.Of(direction, hardest), new Generator(seed, CPU), through, path);

    private static Direction Batch(Tensor anchors, Tensor keys)
    {
        var b = anchors.shape[0];
        var mask = eye(b, dtype: ScalarType.Bool);
        mask[0, 2] = tensor(true);
        mask[2, 0] = tensor(true);
        return new(anchors, keys, anchors.matmul(keys.T), mask, arange(b, dtype: ScalarType.Int64));
    }

    // Four negatives at 10°, 20°, 60° and 80° from the anchor, two groups: the groups are {10°, 20°} and {60°, 80°}.
    // With τ_h → ∞ a representative is its group's bisector, so the scores must be cos 15° and cos 70°.
    [Fact]
    public void Representatives_of_equal_weight_are_bisectors()
    {
        var scores = new Representatives(new() { Groups = 2, HardnessTemperature = 1e9 }).Score(Context(Anchor(0, 0, 80, 10, 60, 20), 4));
        ShouldEqual([Cos(15), Cos(70)], scores);
    }

    [Fact]
    public void Representatives_of_zero_temperature_are_the_hardest_of_their_group()
    {
        var scores = new Representatives(new() { Groups = 2, HardnessTemperature = 1e-6 }).Score(Context(Anchor(0, 0, 80, 10, 60, 20), 4));
        ShouldEqual([Cos(10), Cos(60)], scores);
    }

    // A mean of unit vectors is shorter than one, here down to less than 0.8 of it, so that scores without normalisation would be off by as much.
    [Fact]
    public void A_representative_is_the_unit_vector_of_a_naive_loop()
    {
        var (q, k) = (Plane.Random(6, 7, 1), Plane.Random(6, 7, 2));
        var direction = Batch(q, k);
        var (qs, ks, found) = (Row(q), Row(k), Row(new Representatives(new() { Groups = 2, HardnessTemperature = 0.1 }).Score(Context(direction, 4))));
        double shortest = 1;
        double Dot(double[] a, int i, double[] b, int j) => Enumerable.Range(0, 7).Sum(d => a[7 * i + d] * b[7 * j + d]);
        for (int i = 0; i < 6; i++)
        {
            int[] hardest = [.. Enumerable.Range(0, 6).Where(j => !direction.Mask[i, j].ToBoolean()).OrderByDescending(j => Dot(qs, i, ks, j)).Take(4)];
            foreach (int g in new[] { 0, 1 })
            {
                int[] group = hardest[(2 * g)..(2 * g + 2)];
                double[] weights = [.. group.Select(j => Math.Exp(Dot(qs, i, ks, j) / 0.1))];
                double[] h = [.. Enumerable.Range(0, 7).Select(d => group.Zip(weights, (j, w) => w * ks[7 * j + d]).Sum() / weights.Sum())];
                double length = Math.Sqrt(h.Sum(x => x * x));
                shortest = Math.Min(shortest, length);
                double[] unit = [.. h.Select(x => x / length)];
                Assert.Equal(Dot(qs, i, unit, 0), found[2 * i + g], 1e-12);
            }
        }
        Assert.True(shortest < 0.8, $"{shortest}");
    }

    // The positive at 0°: gaps 1 − cos are 0.015 (10°), 0.060 (20°), 0.5 (60°), 0.826 (80°); a cut at 0.3 separates 20° from 60°, one at 0.9 leaves an empty
    // group.
    [Fact]
    public void Groups_by_gap_put_a_negative_where_its_gap_lies()
    {
        var scores = new Representatives(new() { Thresholds = [0.3, 0.9], HardnessTemperature = 1e9 }).Score(Context(Anchor(0, 0, 80, 10, 60, 20), 4));
        ShouldEqual([Cos(15), Cos(70), double.NegativeInfinity], scores);
    }

    [Fact]
    public void A_mix_of_two_negatives_lies_between_them()
    {
        var scores = Row(new MoChiPairs(200).Score(Context(Anchor(0, 0, 30, 50), 2)));
        Assert.All(scores, s => Assert.InRange(s, Cos(50) - 1e-12, Cos(30) + 1e-12));
        Assert.Contains(scores, s => s > Cos(50) + 1e-3 && s < Cos(30) - 1e-3);
    }

    // b ≤ ½ keeps the mix on the negative's side of the bisector: between 40° and 20° for a negative at 40°.
    [Theory, InlineData("mochi-2"), InlineData("synco-1")]
    public void A_mix_with_the_anchor_is_harder_than_its_parent_and_nearer_to_it(string name)
    {
        var scores = Row(Named(name, 200).Score(Context(Anchor(0, 0, 40), 1)));
        Assert.All(scores, s => Assert.InRange(s, Cos(40) - 1e-12, Cos(20) + 1e-12));
        Assert.True(scores.Max() > Cos(25) && scores.Min() < Cos(38), "the coefficients do not fill their interval");
    }

    [Fact]
    public void Extrapolation_goes_beyond_the_negative() =>
        Assert.All(Row(new SynCoExtrapolation(200).Score(Context(Anchor(0, 0, 40), 1))), s => Assert.True(s <= Cos(40) + 1e-12));

    // n + d·q with d = 1 is the bisector of anchor and negative.
    [Fact]
    public void A_gradient_step_of_one_is_the_bisector() =>
        ShouldEqual([Cos(25)], new SynCoGradient(1, 1).Score(Context(Anchor(0, 0, 50), 1)));

    // Anchor at 30°: sign(q) = (1, 1) = √2 at 45°; e = 1 adds it to the negative at 90°.
    [Fact]
    public void An_adversarial_step_adds_the_anchors_sign()
    {
        var (x, y) = (1.0, 2.0);
        var expected = (x * Cos(30) + y * Cos(60)) / Math.Sqrt(5);
        ShouldEqual([expected], new SynCoAdversarial(1, 1).Score(Context(Anchor(30, 30, 90), 1)));
    }

    [Fact]
    public void Noise_moves_a_negative_by_about_its_deviation()
    {
        var scores = Row(new SynCoNoise(400, 0.01).Score(Context(Anchor(0, 0, 90), 1)));
        Assert.InRange(scores.Average(), -0.002, 0.002);
        Assert.InRange(Math.Sqrt(scores.Average(s => s * s)), 0.008, 0.012);
    }

    [Fact]
    public void MixCse_scores_zero_where_the_positive_is_the_larger_half()
    {
        var (anchors, keys) = (Vectors(0, 40, 80), Vectors(10, 50, 100));
        var mask = eye(3, dtype: ScalarType.Bool);
        var scores = new MixCse(0.2).Score(Context(new(anchors, keys, anchors.matmul(keys.T), mask, arange(3, dtype: ScalarType.Int64)), 2));
        for (var i = 0; i < 3; i++) Assert.Equal(0, scores[i, (i + 2) % 3].item<double>());
        var (a, b) = (new[] { Cos(10), Math.Sin(10 * Math.PI / 180) }, new[] { Cos(50), Math.Sin(50 * Math.PI / 180) });
        double[] mixed = [0.2 * a[0] + 0.8 * b[0], 0.2 * a[1] + 0.8 * b[1]];
        Assert.Equal(mixed[0] / Math.Sqrt(mixed[0] * mixed[0] + mixed[1] * mixed[1]), scores[0, 0].item<double>(), 12);
    }

    [Theory, MemberData(nameof(MixtureNames))]
    public void The_algebraic_path_equals_the_explicit_one_in_values_and_gradients(string name)
    {
        foreach (var through in new[] { false, true })
        {
            var results = new[] { SynthesisPath.Automatic, SynthesisPath.Explicit }.Select(path =>
            {
                var (q, k) = (Plane.Random(6, 7, 1).requires_grad_(), Plane.Random(6, 7, 2).requires_grad_());
                var scores = Named(name).Score(Context(Batch(q, k), 4, through, path));
                var finite = scores.masked_fill(scores.isfinite().logical_not(), 0.0);
                var weights = Plane.Random((int)scores.shape[0], (int)scores.shape[1], 3);
                var gradients = autograd.grad([(finite * weights).sum()], [q, k], allow_unused: true);
                return (Scores: Row(scores), Q: Row(gradients[0]), K: gradients[1] is { IsInvalid: false } ? Row(gradients[1]) : null);
            }).ToArray();
            Close(results[0].Scores, results[1].Scores);
            Close(results[0].Q, results[1].Q);
            if (through) Close(results[0].K!, results[1].K!);
            else Assert.True(results[0].K is null || results[0].K!.All(g => g == 0), "a detached negative let a gradient through to the keys");
        }
    }

    // The same recipe three ways: parents gathered, by the Gram matrix, summed where they are measured. 7 and 150 values: below, above and between the widths
    // of vectors.
    [Theory, MemberData(nameof(MixtureNames))]
    public void A_mixture_summed_in_place_scores_as_one_that_is_gathered(string name)
    {
        foreach (int width in new[] { 7, 64, 150 })
        {
            Tensor anchors = Plane.Random(6, width, 1).to(ScalarType.Float32), keys = Plane.Random(6, width, 2).to(ScalarType.Float32);
            var mixture = ((MixtureSynthesis)Named(name)).Mix(Context(Batch(anchors, keys), 4));
            // One that could not be made, one whose parents cancel, and a parent that is left out.
            mixture = mixture with { Weights = mixture.Weights.clone(), Valid = mixture.Valid.clone() };
            mixture.Valid[1, 0] = tensor(false);
            mixture.Weights[2, 0] = zeros(mixture.ParentCount);
            mixture.Weights[3, 0, 0] = tensor(0f);
            var weights = Plane.Random(6, (int)mixture.Count, 3).to(ScalarType.Float32);
            List<(double[] Scores, double[] Gradient)> found = [];
            foreach (var way in (Func<SynthesisContext, Mixture, Tensor?>[])[MixtureScores.Explicit, MixtureScores.Algebraic, MixtureScores.InPlace])
            {
                var (q, k) = (anchors.clone().requires_grad_(), keys.clone().requires_grad_());
                if (way(Context(Batch(q, k), 4), mixture) is not { } scores) continue;
                var finite = scores.masked_fill(scores.isfinite().logical_not(), 0.0);
                var gradients = autograd.grad([(finite * weights).sum()], [q, k], allow_unused: true);
                Assert.True(
                    gradients[1] is null or { IsInvalid: true } || gradients[1].count_nonzero().item<long>() == 0,
                    "a detached negative let a gradient through to the keys");
                found.Add((Row(scores.to(ScalarType.Float64)), Row(gradients[0].to(ScalarType.Float64))));
            }
            Assert.Equal(TorchCapabilities.Current.Provider == "system" ? 3 : 2, found.Count);
            Assert.Equal(double.NegativeInfinity, found[0].Scores[(int)mixture.Count]);
            foreach (var (scores, gradient) in found)
            {
                Assert.All(found[0].Scores.Zip(scores), pair => Assert.Equal(pair.First, pair.Second, 2e-6));
                Assert.All(found[0].Gradient.Zip(gradient), pair => Assert.Equal(pair.First, pair.Second, 2e-5));
            }
        }
    }

    // Four parents for one anchor of a batch of 40 are few, of a batch of 6 they are not; weights that learn and parents that do need the Gram matrix in any.
    [Fact]
    public void Few_parents_are_summed_in_place_and_what_learns_is_not()
    {
        Tensor q = Plane.Random(40, 9, 1).to(ScalarType.Float32), k = Plane.Random(40, 9, 2).to(ScalarType.Float32);
        var mixture = new Representatives(new() { Groups = 1 }).Mix(Context(Batch(q, k), 4));
        Assert.Null(MixtureScores.InPlace(Context(Batch(q, k), 4, through: true), mixture));
        Assert.Null(MixtureScores.InPlace(Context(Batch(q, k), 4), mixture with { Weights = mixture.Weights.clone().requires_grad_() }));
        Assert.Null(MixtureScores.InPlace(Context(Batch(q.to(ScalarType.Float64), k.to(ScalarType.Float64)), 4), mixture));
        if (MixtureScores.InPlace(Context(Batch(q, k), 4), mixture) is not { } scores) return;
        Assert.Equal(Row(scores.to(ScalarType.Float64)), Row(MixtureScores.Of(Context(Batch(q, k), 4), mixture).to(ScalarType.Float64)));
    }

    // Which parents, and with what weights, is decided without gradient: the recipe is made once, and its scores are differentiated.
    [Theory, MemberData(nameof(MixtureNames))]
    public void Gradients_through_everything_match_finite_differences(string name)
    {
        var (q, k) = (Plane.Random(6, 7, 11), Plane.Random(6, 7, 12));
        var mixture = ((MixtureSynthesis)Named(name)).Mix(Context(Batch(q, k), 4));
        Gradients.ShouldMatch(x =>
        {
            var scores = MixtureScores.Algebraic(Context(Batch(x[0], x[1]), 4, through: true), mixture);
            return scores.masked_fill(scores.isfinite().logical_not(), 0.0).pow(2).sum();
        }, q, k);
    }

    [Theory, MemberData(nameof(MixtureNames))]
    public void Masked_keys_are_never_parents(string name)
    {
        var (q, k) = (Plane.Random(6, 7, 1), Plane.Random(6, 7, 2));
        var direction = Batch(q, k);
        var mixture = ((MixtureSynthesis)Named(name)).Mix(Context(direction, 4));
        for (long i = 0; i < 6; i++)
            for (long m = 0; m < mixture.Count; m++)
                for (long p = 0; p < mixture.ParentCount; p++)
                {
                    var parent = mixture.Parents[i, m, p].item<long>();
                    if (mixture.Valid[i, m].item<bool>() && parent != i && mixture.Weights[i, m, p].item<double>() != 0)
                        Assert.False(direction.Mask[i, parent].item<bool>(), $"{name}: anchor {i} got masked key {parent}");
                }
    }

    [Fact]
    public void Cancelling_parents_have_no_direction_on_either_path()
    {
        foreach (var path in new[] { SynthesisPath.Automatic, SynthesisPath.Explicit })
        {
            var context = Context(Anchor(0, 0, 90, 270), 2, path: path);
            var halves = new Mixture(context.Profile.Indices.unsqueeze(1), full([1, 1, 2], 0.5, dtype: ScalarType.Float64), ones(1, 1, dtype: ScalarType.Bool));
            Assert.Equal(double.NegativeInfinity, MixtureScores.Of(context, halves).item<double>());
        }
    }

    [Fact]
    public void Many_parents_take_the_whole_Gram_matrix_and_agree()
    {
        var (q, k) = (Plane.Random(24, 9, 1), Plane.Random(24, 9, 2));
        var one = new Representatives(new() { Groups = 1 });
        Close(Row(one.Score(Context(Batch(q, k), 20))), Row(one.Score(Context(Batch(q, k), 20, path: SynthesisPath.Explicit))));
    }

    [Fact]
    public void The_adversary_learns_weights_that_are_harder_than_uniform()
    {
        var (q, k) = (Plane.Random(32, 4, 1).to(ScalarType.Float32), Plane.Random(32, 4, 2).to(ScalarType.Float32));
        using var learned = new LearnedRepresentatives(8, 2, entropyWeight: 0.001, cap: 10);
        double Hardness() => learned.Score(Context(Batch(q, k), 8)).detach().mean().item<float>();
        var uniform = Hardness();
        var hardest = new Representatives(new() { Groups = 2, HardnessTemperature = 1e-6 }).Score(Context(Batch(q, k), 8)).mean().item<float>();
        using var optimizer = optim.Adam(learned.parameters(), 0.1);
        for (var step = 0; step < 60; step++)
        {
            optimizer.zero_grad();
            (learned.Score(Context(Batch(q, k), 8)).logsumexp(1).mean() + learned.EntropyTerm()).backward();
            optimizer.step();
        }
        Assert.True(
            Hardness() > (uniform + hardest) / 2,
            $"hardness {Hardness():F4} is not half way from uniform weights' {uniform:F4} to the hardest members' {hardest:F4}");
    }

    [Fact]
    public void The_adversary_is_capped_above_the_positive()
    {
        using var learned = new LearnedRepresentatives(2, 1, cap: 0.05);
        var scores = learned.to(ScalarType.Float64).Score(Context(Anchor(0, 60, 5, 6), 2));
        ShouldEqual([Cos(60) + 0.05], scores);
    }

    [Fact]
    public void Asking_for_more_negatives_than_the_batch_has_names_both_numbers()
    {
        var error = Assert.Throws<ShapeException>(() => Context(Anchor(0, 0, 10, 20), 5));
        Assert.Contains("5 hardest", error.Message);
        Assert.Contains("at most 2", error.Message);
    }

    [Fact]
    public void Groups_that_do_not_divide_K_are_refused() =>
        Assert.Contains("3 hardest negatives cannot be cut into 2", Assert.Throws<ArgumentException>(
            () => new Representatives(new() { Groups = 2 }).Score(Context(Anchor(0, 0, 10, 20, 30), 3))).Message);

    [Theory, MemberData(nameof(MixtureNames))]
    public void An_anchor_whose_negatives_are_all_masked_gets_none(string name)
    {
        var (q, k) = (Plane.Random(4, 5, 1), Plane.Random(4, 5, 2));
        var mask = ones(4, 4, dtype: ScalarType.Bool);
        var scores = Named(name).Score(Context(new(q, k, q.matmul(k.T), mask, arange(4, dtype: ScalarType.Int64)), 2));
        Assert.All(Row(scores), s => Assert.True(double.IsNegativeInfinity(s) || (name == "mixcse" && s == 0)));
    }

    private static INegativeSynthesis Named(string name, int count = 5) => name switch
    {
        "mochi-2" => new MoChiAnchors(count),
        "synco-1" => new SynCoInterpolation(count),
        _ => Mixtures.Single(o => o.Name == name),
    };

    private static double[] Row(Tensor t) => t.detach().to(ScalarType.Float64).contiguous().data<double>().ToArray();

    private static void ShouldEqual(double[] expected, Tensor found) => Close(expected, Row(found));

    private static void Close(double[] expected, double[] found)
    {
        Assert.Equal(expected.Length, found.Length);
        for (var i = 0; i < expected.Length; i++)
            Assert.True(expected[i] == found[i] || Math.Abs(expected[i] - found[i]) < 1e-9, $"entry {i}: expected {expected[i]:R}, found {found[i]:R}");
    }
}
