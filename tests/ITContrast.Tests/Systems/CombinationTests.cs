using ITContrast.Data;
using ITContrast.Encoders;
using ITContrast.Experiments;
using ITContrast.Losses;
using ITContrast.Negatives.Weighting;
using ITContrast.Systems;
using ITContrast.Systems.Coder;
using ITContrast.Systems.Distillation;
using ITContrast.Tests.Data;
using ITContrast.Tests.Training;
using ITContrast.Torch;
using static TorchSharp.torch;

namespace ITContrast.Tests.Systems;

/// <summary>Parts that go with every system: Sinkhorn-normalised scores, distillation, CODER's weightings.</summary>
public class CombinationTests : TorchTest
{
    private static readonly MethodConfig Small = new()
    {
        Synthesis = new() { Hardest = 4, WarmupEpochs = 1 }, Representatives = new() { Groups = 2 }, Concepts = 8,
        Coder = new() { QueueLength = 10, Clusters = 3 }, HalGlobal = new() { BankLength = 12, Hardest = 5 },
        ModalityInvariant = new() { StageEpochs = [0, 2, 0, 3], Backbone = ["pooling"] },
    };

    private static double Loss(string name, MethodConfig method, int epoch = 2)
    {
        using var run = new ToyRun(recipe: new() { System = name, Method = method });
        using var batch = new PairCollator(run.Dataset, run.Matcher.Tokenizer, new()).Collate([0, 5, 10, 15, 20, 25], 0);
        using var scope = NewDisposeScope();
        run.System.Module.eval();
        // A bank or queue that holds something: the same batch, one step before.
        run.System.Loss(batch, new(7, 0, epoch, 10));
        run.System.AfterStep(batch, new(7, 0, epoch, 10));
        return run.System.Loss(batch, new(7, 1, epoch, 10)).Value.item<float>();
    }

    public static TheoryData<string> Trained => [.. Recipes.Names.Where(name => name is not ("light" or "ncl"))];

    public static TheoryData<string> Students => [.. Recipes.Names.Where(name => name is not ("light" or "scan" or "distilled"))];

    [Theory, MemberData(nameof(Trained))]
    public void Sinkhorn_normalisation_reaches_the_loss_of_every_system(string name)
    {
        var (plain, normalised) = (Loss(name, Small), Loss(name, Small with { Normalisation = new() }));
        Assert.True(double.IsFinite(normalised) && Math.Abs(plain - normalised) > 1e-6 * Math.Abs(plain), $"{plain} and {normalised}");
    }

    [Theory, MemberData(nameof(Students))]
    public void Any_system_of_two_encoders_is_a_student(string name)
    {
        double Taught(double weight) => Loss(name, Small with { Distillation = new() { TeacherEpochs = 0, Hardest = 4, Weight = weight } });
        var (alone, once, thrice) = (Taught(0), Taught(1), Taught(3));
        Assert.True(once > alone + 1e-5, $"{alone} alone, {once} taught");
        Assert.Equal(3 * (once - alone), thrice - alone, 3);
    }

    [Fact]
    public void A_student_keeps_its_queues_its_mix_and_its_name()
    {
        using TemporaryFolder folder = new();
        using ToyRun run = new(
            recipe: new()
            {
                System = "coder",
                Method = Small with
                {
                    Normalisation = new(),
                    Distillation = new() { TeacherEpochs = 3, Hardest = 4 },
                },
            });
        run.Run(folder.Path);
        Assert.Equal("coder", run.System.Name);
        Assert.Equal(16, run.System.Encoder.Dimension);
        Assert.All(run.System.Module.state_dict()["student.queues.images.ids"].data<long>().ToArray(), id => Assert.InRange(id, 0, 11));
        var metrics = File.ReadAllText(folder.At("metrics.jsonl"));
        Assert.Contains("\"mix\"", metrics);
        Assert.Contains("\"distillation-weight\"", metrics);
    }

    [Fact]
    public void What_cannot_be_a_student_is_refused()
    {
        var taught = Small with { Distillation = new() };
        Assert.Contains(
            "'scan' is a cross encoder",
            Assert.Throws<ArgumentException>(() => new ToyRun(recipe: new() { System = "scan", Method = taught })).Message);
        var frozen = taught with { ModalityInvariant = new() { StageEpochs = [0, 2, 1, 3] } };
        Assert.Contains(
            "stage 3",
            Assert.Throws<ArgumentException>(() => new ToyRun(recipe: new() { System = "modality-invariant", Method = frozen })).Message);
    }

    [
        Theory, InlineData("uniform"), InlineData("infonce"), InlineData("log-sum-exp"), InlineData("hal"), InlineData("hal-global"), InlineData("hardest"),
        InlineData("polynomial")
    ]
    public void Coder_takes_every_weighting_by_its_name(string weighting)
    {
        var found = Loss("coder", Small with { Weighting = weighting });
        Assert.True(double.IsFinite(found));
        if (weighting != "log-sum-exp") Assert.NotEqual(Loss("coder", Small), found);
    }

    [Fact]
    public void An_unknown_weighting_is_named_with_those_that_exist() =>
        Assert.Contains(
            "uniform, infonce",
            Assert.Throws<ArgumentException>(() => new ToyRun(recipe: new() { System = "coder", Method = Small with { Weighting = "softest" } })).Message);

    [Fact]
    public void Uniform_weights_are_one_over_the_unmasked()
    {
        var negative = double.NegativeInfinity;
        var weights = new UniformWeighting().Weigh(
            tensor(new[] { 0.9, negative, -0.3, 0.1, negative, negative, negative, 0.2, negative, negative, negative, negative }, [3, 4]),
            tensor(new[] { 0.5, 0.5, 0.5 }));
        Assert.Equal([1 / 3.0, 0, 1 / 3.0, 1 / 3.0, 0, 0, 0, 1, 0, 0, 0, 0], weights.Negatives.data<double>().ToArray());
        Assert.Equal([1, 1, 0], weights.Positives.data<double>().ToArray());
    }

    // With momentum 0 the queued keys are the batch's embeddings before, so HAL's bank is known.
    [Fact]
    public void Crowding_is_HALs_global_loss_over_the_queues()
    {
        HalGlobalOptions hal = new() { Hardest = 3 };
        LogSumExpWeighting local = new(60, 0.7);
        CoderOptions options = new() { QueueLength = 4, FloatKeys = true, Momentum = 0, BatchWeight = 2, Weighting = local, Crowding = hal };
        using var system = new CoderSystem(() => new ToyEncoder(), null, 5, options);
        system.Module.Initialise(3);
        using var no = no_grad();
        using PairBatch before = ToyPairs.Batch(4, 1), now = ToyPairs.Batch(4, 2);
        system.Loss(before, new(7, 0, 0, 10));
        system.AfterStep(before, new(7, 0, 0, 10));
        var value = system.Loss(now, new(7, 1, 0, 10)).Value.item<float>();
        var (x, y) = (system.Encoder.Images(now.Images), system.Encoder.Captions(now.Captions));
        var (bankImages, bankCaptions) = (system.Encoder.Images(before.Images), system.Encoder.Captions(before.Captions));
        var (ofImages, ofCaptions) = (x.matmul(bankCaptions.T), y.matmul(bankImages.T));
        WeightedPairLoss side = new(local);
        var positives = (x * y).sum(1);
        var expected =
            new HalGlobal(hal).Compute(Scores.Of(x, y, now.SameGroup), ofImages, ofCaptions).Value * 2
            + side.Side(ofImages, positives)
            + side.Side(ofCaptions, positives);
        Assert.Equal(expected.item<float>(), value, 5);
        Assert.Throws<ArgumentOutOfRangeException>(() => new CoderSystem(() => new ToyEncoder(), null, 5, options with { QueueLength = 0 }));
    }
}
