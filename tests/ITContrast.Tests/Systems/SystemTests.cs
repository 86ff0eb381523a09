using ITContrast.Data;
using ITContrast.Encoders;
using ITContrast.Losses;
using ITContrast.Negatives.Weighting;
using ITContrast.Synthesis;
using ITContrast.Systems;
using ITContrast.Systems.Coder;
using ITContrast.Systems.ModalityInvariant;
using ITContrast.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Tests.Systems;

/// <summary>What each recipe promises about the others: what it becomes when its own part is switched off, what it freezes, what it remembers.</summary>
public class SystemTests : TorchTest
{
    private static TrainingStep At(int epoch, long step = 1) => new(7, step, epoch, 10);

    private static float Value(IMatchingSystem system, int epoch = 0, long batch = 1)
    {
        system.Module.Initialise(3);
        using var pairs = ToyPairs.Batch(6, batch);
        return system.Loss(pairs, At(epoch)).Value.item<float>();
    }

    private static ConceptGraph Graph() => ConceptGraph.FromCaptions([["a", "b"], ["a", "c"], ["b", "c"], ["a", "b", "d"]], 4, new HashSet<string>());

    private static CoderSystem Coder(CoderOptions? options = null, bool concepts = true) =>
        new(
            () => new ToyEncoder(),
            concepts ? (Graph(), Plane.Random(4, 5, 3).to(ScalarType.Float32)) : null,
            5,
            options ?? new() { QueueLength = 10, Clusters = 4 });

    [Fact]
    public void ITContrast_without_synthesis_is_symmetric_InfoNCE()
    {
        using var system = new ITContrastSystem(new ToyEncoder(), new HardNegativeLoss(new() { Lambda = 0 }), null);
        using var infoNce = new LossSystem("infonce", new ToyEncoder(), new HardNegativeLoss(new() { Lambda = 0 }));
        Assert.Equal(Value(infoNce), Value(system));
    }

    [Fact]
    public void ITContrast_draws_the_same_negatives_for_the_same_step_and_others_for_the_next()
    {
        using var system = new ITContrastSystem(
            new ToyEncoder(), new HardNegativeLoss(new()),
            new NegativeSynthesizer([new MoChiPairs(4), new MoChiAnchors(4)], new() { Hardest = 4, WarmupEpochs = 0 }));
        system.Module.Initialise(3);
        using var batch = ToyPairs.Batch(6, 1);
        var values = new long[] { 1, 1, 2 }.Select(step => system.Loss(batch, At(1, step)).Value.item<float>()).ToArray();
        Assert.Equal(values[0], values[1]);
        Assert.NotEqual(values[0], values[2]);
    }

    [Fact]
    public void ITContrast_starts_synthesis_after_its_warm_up()
    {
        var synthesizer = new NegativeSynthesizer([new Representatives(new() { Groups = 2 })], new() { Hardest = 4, WarmupEpochs = 2 });
        using var system = new ITContrastSystem(new ToyEncoder(), new HardNegativeLoss(new()), synthesizer);
        system.Module.Initialise(3);
        using var batch = ToyPairs.Batch(6, 1);
        Assert.DoesNotContain("synthesis/representatives/hardness", system.Loss(batch, At(1)).Diagnostics.Keys);
        var result = system.Loss(batch, At(2));
        Assert.Contains("synthesis/representatives/hardness", result.Diagnostics.Keys);
        Assert.True(result.Diagnostics["synthetic-mass"].item<float>() > 0);
    }

    // S1, S2 and S4 of the modality-invariant embedding with λ = 0 are VSE++.
    [Theory, InlineData(0), InlineData(2), InlineData(9)]
    public void Modality_invariance_of_weight_zero_is_VSE_plus_plus(int epoch)
    {
        using var system = new ModalityInvariantSystem(new ToyEncoder(), new() { Lambda = 0, StageEpochs = [1, 2, 1, 5] });
        using var vse = new LossSystem("vse++", new ToyEncoder(), new TripletLoss(reduction: LossReduction.Mean));
        Assert.Equal(Value(vse), Value(system, epoch));
    }

    [Theory]
    [InlineData(0, false, true, false)]
    [InlineData(1, true, true, false)]
    [InlineData(3, false, false, true)]
    [InlineData(4, true, true, true)]
    public void Each_stage_trains_its_own_parts_and_no_others(int epoch, bool backbone, bool heads, bool classifier)
    {
        using var system = new ModalityInvariantSystem(new ToyEncoder(), new() { Lambda = 1, StageEpochs = [1, 2, 1, 5] });
        system.Module.Initialise(3);
        using var batch = ToyPairs.Batch(6, 1);
        system.Loss(batch, At(epoch, 5)).Value.backward();
        bool Trained(string prefix) =>
            system.Module.named_parameters().Where(p => p.name.StartsWith(prefix)).All(p => p.parameter.grad is { } g && g.abs().sum().item<float>() > 0);
        bool Untouched(string prefix) => system.Module.named_parameters().Where(p => p.name.StartsWith(prefix)).All(p => p.parameter.grad is null);
        foreach (
            var (prefix, trained) in new[]
            {
                ("encoder.convolutional", backbone),
                ("encoder.head", heads),
                ("encoder.words", heads),
                ("classifier.last", classifier),
            })
            Assert.True(trained ? Trained(prefix) : Untouched(prefix), $"{prefix} in epoch {epoch}: expected {(trained ? "a gradient" : "none")}");
    }

    [Fact]
    public void Label_flip_trains_the_classifier_on_true_labels_only()
    {
        float[] ClassifierGradient(double lambda)
        {
            using var system = new ModalityInvariantSystem(
                new ToyEncoder(),
                new()
                {
                    Lambda = lambda,
                    Form = AdversarialForm.LabelFlip,
                    StageEpochs = [0, 0, 0, 5],
                });
            system.Module.Initialise(3);
            using var batch = ToyPairs.Batch(6, 1);
            system.Loss(batch, At(2)).Value.backward();
            return system.Classifier.parameters().First().grad!.data<float>().ToArray();
        }
        Assert.Equal(ClassifierGradient(0.1), ClassifierGradient(10));
    }

    [Fact]
    public void Coder_without_queues_and_concepts_is_its_weighted_in_batch_loss()
    {
        using var system = Coder(new() { QueueLength = 0, Momentum = 0, BatchWeight = 1, Clusters = 4 }, concepts: false);
        using var weighted = new LossSystem("weighted", new ToyEncoder(), new WeightedPairLoss(new LogSumExpWeighting()));
        Assert.Equal(Value(weighted), Value(system));
        Assert.Equal(ToyPairs.Dimension, system.Encoder.Dimension);
    }

    [Fact]
    public void Coder_enqueues_after_the_step_what_the_momentum_encoders_made()
    {
        using var system = Coder();
        system.Module.Initialise(3);
        for (var step = 0; step < 3; step++)
        {
            using var batch = ToyPairs.Batch(4, step + 1);
            var before = system.Module.state_dict()["queues.images.ids"].data<long>().ToArray();
            system.Loss(batch, At(0, step)).Value.backward();
            Assert.Equal(before, system.Module.state_dict()["queues.images.ids"].data<long>().ToArray());
            system.AfterStep(batch, At(0, step));
        }
        // 12 keys through 10 slots: the last two of the third batch took the slots of the oldest two.
        Assert.Equal([3002, 3003, 1002, 1003, 2000, 2001, 2002, 2003, 3000, 3001], system.Module.state_dict()["queues.captions.ids"].data<long>().ToArray());
    }

    [Fact]
    public void Coder_starts_its_momentum_encoders_as_copies_and_trains_them_by_no_gradient()
    {
        using var system = Coder();
        system.Module.Initialise(3);
        using var batch = ToyPairs.Batch(6, 1);
        system.Loss(batch, At(0, 0)).Value.backward();
        var state = system.Module.state_dict();
        Assert.Equal(state["encoder.head.weight"].data<float>().ToArray(), state["momentum.head.weight"].data<float>().ToArray());
        Assert.All(system.Module.named_parameters().Where(p => p.name.StartsWith("momentum")), p => Assert.Null(p.parameter.grad));
        Assert.All(system.Module.named_parameters().Where(p => p.name.StartsWith("concepts.")), p => Assert.NotNull(p.parameter.grad));
    }

    // The leak of CODER's predecessor: a caption's descriptor must not depend on which other captions are embedded with it.
    [Fact]
    public void A_captions_embedding_does_not_depend_on_its_siblings()
    {
        using var system = Coder();
        system.Module.Initialise(3);
        system.Module.eval();
        using var _ = no_grad();
        using var alone = CaptionBatch.From([[3, 4, 5]]);
        using var together = CaptionBatch.From([[3, 4, 5], [6, 7, 8], [9, 1, 2]]);
        Assert.True((system.Encoder.Captions(alone)[0] - system.Encoder.Captions(together)[0]).abs().max().item<float>() < 1e-6);
    }

    [Fact]
    public void Coders_mixed_score_is_the_weighted_mean_of_both_branches()
    {
        using var system = Coder();
        system.Module.Initialise(3);
        system.Module.eval();
        using var _ = no_grad();
        using var batch = ToyPairs.Batch(5, 1);
        Tensor Scores(double mix)
        {
            system.Mixed.Mix = mix;
            return system.Encoder.Images(batch.Images).matmul(system.Encoder.Captions(batch.Captions).T);
        }
        var (instance, concept, mixed) = (Scores(1), Scores(0), Scores(0.7));
        Assert.True((mixed - (instance * 0.7 + concept * 0.3)).abs().max().item<float>() < 1e-6);
    }

    [Fact]
    public void Projection_heads_are_trained_with_their_base()
    {
        using var system = new LossSystem("convse", new ProjectionHeads(new ToyEncoder()), new ConVse());
        system.Module.Initialise(3);
        using var batch = ToyPairs.Batch(6, 1);
        system.Loss(batch, At(0)).Value.backward();
        Assert.All(system.Module.named_parameters(), p => Assert.True(p.parameter.grad is not null, p.name));
        Assert.Equal(3, system.Module.named_parameters().Count(p => p.name.StartsWith("encoder.images.")));
    }
}
