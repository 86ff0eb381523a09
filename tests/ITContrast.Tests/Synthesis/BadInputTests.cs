using ITContrast.Experiments;
using ITContrast.Losses;
using ITContrast.Synthesis;
using ITContrast.Systems;
using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Tests.Synthesis;

/// <summary>
/// What a batch may hold at worst, through every operator, both paths and the whole cost function: a finite loss with finite gradients, or an error with the
/// numbers.
/// </summary>
public class BadInputTests : TorchTest
{
    private const int Pairs = 6, Hardest = 4;

    public static TheoryData<string, SynthesisPath> Cases =>
        [.. Operators.Names.SelectMany(name => new[] { (name, SynthesisPath.Automatic), (name, SynthesisPath.Explicit) })];

    private static INegativeSynthesis Operator(string name, int hardest = Hardest) => Operators.Create(name, 3, hardest, new() { Groups = 2 });

    // The loss of a batch and its gradient for both sides.
    private static (double Loss, Tensor Images, Tensor Captions) Step(
        Tensor images, Tensor captions, Tensor mask, string name, SynthesisPath path, int hardest = Hardest)
    {
        images.requires_grad = captions.requires_grad = true;
        var synthesis = Operator(name, Math.Max(hardest, 2));
        using HardNegativeLoss loss = new(new() { Lambda = 2 });
        var scores = Scores.Of(images, captions, mask);
        var made = new NegativeSynthesizer([synthesis], new() { Hardest = hardest, WarmupEpochs = 0, Path = path }).Compute(scores, 0, new Generator(3, CPU))!;
        var value = loss.Compute(scores, made.Scores).Value;
        value.backward();
        (synthesis as IDisposable)?.Dispose();
        return (value.item<double>(), images.grad!, captions.grad!);
    }

    private static Tensor Rows(ulong seed) =>
        nn.functional.normalize(randn(Pairs, 5, dtype: ScalarType.Float64, generator: new Generator(seed, CPU)), dim: 1).detach();

    private static void AssertFinite((double Loss, Tensor Images, Tensor Captions) step)
    {
        Assert.True(double.IsFinite(step.Loss), $"{step.Loss}");
        Assert.True(step.Images.isfinite().all().ToBoolean() && step.Captions.isfinite().all().ToBoolean());
    }

    [Theory, MemberData(nameof(Cases))]
    public void Zero_vectors_give_a_finite_loss(string name, SynthesisPath path)
    {
        Tensor images = Rows(1), captions = Rows(2), mask = eye(Pairs, dtype: ScalarType.Bool);
        images[0] = zeros(5, dtype: ScalarType.Float64);
        captions[1] = captions[2] = zeros(5, dtype: ScalarType.Float64);
        AssertFinite(Step(images, captions, mask, name, path));
        AssertFinite(Step(zeros(Pairs, 5, dtype: ScalarType.Float64), zeros(Pairs, 5, dtype: ScalarType.Float64), mask, name, path));
    }

    [Theory, MemberData(nameof(Cases))]
    public void A_batch_whose_negatives_are_all_masked_costs_nothing(string name, SynthesisPath path)
    {
        var step = Step(Rows(1), Rows(2), ones(Pairs, Pairs, dtype: ScalarType.Bool), name, path);
        AssertFinite(step);
        // MixCSE scores 0 where the positive is the larger half, by its source; the others make nothing.
        if (name != "mixcse") Assert.Equal(0, step.Loss, 12);
    }

    [Fact]
    public void A_batch_of_one_asks_for_less_than_one_negative_and_is_refused_with_both_numbers()
    {
        Tensor one = Rows(1).narrow(0, 0, 1).detach(), mask = ones(1, 1, dtype: ScalarType.Bool);
        Assert.Contains(
            "The 4 hardest negatives",
            Assert.Throws<ShapeException>(() => Step(one, one.clone(), mask, "representatives", SynthesisPath.Automatic)).Message);
        Assert.Equal(0, Step(one.clone(), one.clone(), mask, "mochi-1", SynthesisPath.Automatic, hardest: 0).Loss, 12);
    }

    [Theory, InlineData(0.0), InlineData(-0.1), InlineData(double.NaN)]
    public void A_hardness_temperature_that_is_not_above_zero_is_refused(double tau) =>
        Assert.Contains(
            "above 0",
            Assert.Throws<ArgumentOutOfRangeException>(() => new RepresentativeOptions { HardnessTemperature = tau }.Validated()).Message);

    [Theory]
    [InlineData(200, 64, null, "at most 63 negatives")]
    [InlineData(64, 64, null, "at most 63 negatives")]
    [InlineData(32, 64, 5, "does not divide the 32")]
    [InlineData(0, 64, 4, "does not divide the 63")]
    public void What_would_fail_after_the_warm_up_is_refused_before_it(int hardest, int batch, int? groups, string said)
    {
        SynthesisOptions options = new() { Hardest = hardest, WarmupEpochs = 5 };
        Assert.Contains(said, Assert.Throws<ArgumentException>(() => options.ValidatedFor(batch, groups)).Message);
        RunConfig config = new()
        {
            System = "itcontrast",
            Training = new() { BatchSize = batch },
            Method = new()
            {
                Synthesis = options,
                Representatives = new() { Groups = groups ?? 1 },
            },
        };
        Assert.Contains(
            said,
            Assert
                .Throws<ArgumentException>(() =>
                    Recipes.Create(config, new(() => throw new InvalidOperationException("The encoder was made first."), () => [], null!, 0)))
                .Message);
    }

    [Theory, InlineData(63, 64, 9), InlineData(0, 64, 7), InlineData(0, 64, null), InlineData(32, 33, 4)]
    public void As_many_negatives_as_a_batch_has_are_taken(int hardest, int batch, int? groups) =>
        Assert.Equal(hardest, new SynthesisOptions { Hardest = hardest }.ValidatedFor(batch, groups).Hardest);
}
