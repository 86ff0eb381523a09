using ITContrast.Encoders;
using ITContrast.Evaluation;
using ITContrast.Experiments;
using ITContrast.Systems;
using ITContrast.Systems.Coder;
using ITContrast.Tests.Data;
using ITContrast.Tests.Training;
using ITContrast.Torch;
using ITContrast.Training;
using static TorchSharp.torch;

namespace ITContrast.Tests.Systems;

/// <summary>Every system by its name, trained on toy regions: it learns, resumes to the same bits, and stops at what is no number.</summary>
public class RecipeTests : TorchTest
{
    public static TheoryData<string> Names => [.. Recipes.Names];

    private static RunConfig Config(string name, MethodConfig? method = null) => new()
    {
        System = name,
        Method = (method ?? new()) with
        {
            Synthesis = new() { Hardest = 4, WarmupEpochs = 1 }, Representatives = new() { Groups = 2 }, Concepts = 8,
            Coder = new() { QueueLength = 10, Clusters = 3 },
            HalGlobal = new() { BankLength = 12, Hardest = 5 },
            Distillation = name == "distilled" ? new() { TeacherEpochs = 3, Hardest = 4 } : null,
            ModalityInvariant = new() { StageEpochs = [1, 2, 1, 3], Backbone = ["pooling"] },
        },
    };

    [Theory, MemberData(nameof(Names))]
    public void A_killed_run_resumes_to_the_same_bits(string name) => Resumes(Config(name));

    [Fact]
    public void A_run_of_two_phases_resumes_to_the_same_bits() => Resumes(Config("convse++", new() { BaseEpochs = 3, Normalisation = new() }));

    private static void Resumes(RunConfig config)
    {
        using TemporaryFolder whole = new(), killed = new(), working = new();
        using (ToyRun run = new(recipe: config)) run.Run(whole.Path);
        using (ToyRun run = new(recipe: config))
            Assert.Throws<OperationCanceledException>(() => run.Run(working.Path, at =>
            {
                if (at.Step != 13) return;
                foreach (string file in Directory.GetFiles(working.Path)) File.Copy(file, killed.At(Path.GetFileName(file)));
                throw new OperationCanceledException();
            }));
        using (ToyRun run = new(recipe: config)) run.Run(killed.Path);
        Assert.Equal(File.ReadAllText(whole.At("metrics.jsonl")), File.ReadAllText(killed.At("metrics.jsonl")));
        using SafetensorsFile left = SafetensorsFile.Open(new RunFolder(whole.Path).CheckpointPath),
            right = SafetensorsFile.Open(new RunFolder(killed.Path).CheckpointPath);
        foreach (TensorView tensor in left.Tensors) Assert.True(Same(tensor, right[tensor.Name]), $"{tensor.Name} differs");
    }

    private static bool Same(TensorView left, TensorView right) => left.Type switch
    {
        ElementType.Int64 => left.Span<long>().SequenceEqual(right.Span<long>()),
        ElementType.BFloat16 => left.Span<ushort>().SequenceEqual(right.Span<ushort>()),
        _ => left.Span<float>().SequenceEqual(right.Span<float>()),
    };

    // 24 images of 12 concepts, 48 captions: chance ranks an image's best caption 16th, and its own concept's four captions stand first in a model that has
    // learnt.
    [Theory, MemberData(nameof(Names))]
    public void Every_system_learns(string name)
    {
        using TemporaryFolder folder = new();
        using ToyRun run = new(new() { Epochs = 24, BatchSize = 8, CheckpointSteps = 1000, WarmUpSteps = 3, LearningRate = 0.02 }, recipe: Config(name));
        var before = ScoredRetrieval.Evaluate(run.Scores(), run.ImageOf).RSum;
        run.Run(folder.Path);
        var after = ScoredRetrieval.Evaluate(run.Scores(), run.ImageOf).RSum;
        Assert.True(after > before + 60, $"r-sum went from {before:F1} to {after:F1}");
    }

    [Theory, MemberData(nameof(Names))]
    public void A_parameter_that_is_no_number_stops_the_run(string name)
    {
        using TemporaryFolder folder = new();
        using ToyRun run = new(recipe: Config(name));
        using (no_grad()) run.System.Encoder.Module.parameters().First(p => p.requires_grad).fill_(float.NaN);
        Assert.Contains("not finite", Assert.Throws<TrainingException>(() => run.Run(folder.Path)).Message);
    }

    [Theory, MemberData(nameof(Names))]
    public void Scores_are_those_that_rank(string name)
    {
        using ToyRun run = new(recipe: Config(name));
        var scores = run.Scores();
        Assert.Equal([24, 48], scores.shape);
        if (run.System is IScoringSystem) return;
        var (images, captions) = run.Embed();
        Assert.True((scores - images.matmul(captions.T)).abs().max().item<float>() < 1e-5);
    }

    [Fact]
    public void The_first_phase_trains_the_base_alone_and_the_model_says_which_phase_it_is_in()
    {
        using TemporaryFolder folder = new();
        using ToyRun run = new(recipe: Config("convse", new() { BaseEpochs = 2 }));
        var heads = run
            .System.Module.named_parameters()
            .Where(p => p.name.StartsWith("encoder.images.", StringComparison.Ordinal))
            .ToDictionary(p => p.name, p => p.parameter.data<float>().ToArray());
        var (atBase, seen) = (0, 0);
        run.Run(folder.Path, at =>
        {
            var moved = run
                .System.Module.named_parameters()
                .Any(p => heads.TryGetValue(p.name, out var first) && !first.SequenceEqual(p.parameter.data<float>().ToArray()));
            Assert.Equal(at.Step > 6, moved);
            if (at.Step == 5) atBase = (int)run.System.Module.state_dict()["phase.heads"].item<float>();
            if (at.Step == 8) seen = (int)run.System.Module.state_dict()["phase.heads"].item<float>();
        });
        Assert.Equal((0, 1), (atBase, seen));
    }

    [Fact]
    public void Coder_tunes_its_mix_on_validation_and_keeps_it_in_the_checkpoint()
    {
        using TemporaryFolder folder = new();
        using ToyRun run = new(recipe: Config("coder"));
        run.Run(folder.Path);
        var system = (CoderSystem)run.System;
        double RSum(double mix)
        {
            var kept = system.Mixed.Mix;
            system.Mixed.Mix = mix;
            var (images, captions) = run.Embed();
            system.Mixed.Mix = kept;
            return Retrieval.Evaluate(images, captions, run.ImageOf).RSum;
        }
        var chosen = system.Mixed.Mix;
        var best = Enumerable.Range(0, 21).Max(i => RSum(i / 20.0));
        Assert.InRange(RSum(chosen), best - 1.5, best);
        using SafetensorsFile file = SafetensorsFile.Open(new RunFolder(folder.Path).CheckpointPath);
        Assert.Equal((float)chosen, file["model.mixing.value"].Span<float>()[0]);
        Assert.Contains("\"mix\"", File.ReadAllText(folder.At("metrics.jsonl")));
    }

    [Fact]
    public void The_modality_invariant_system_records_its_stages_and_the_classifiers_accuracy()
    {
        using TemporaryFolder folder = new();
        using ToyRun run = new(recipe: Config("modality-invariant"));
        run.Run(folder.Path);
        var lines = File.ReadAllLines(folder.At("metrics.jsonl"))
            .Select(line => System.Text.Json.Nodes.JsonNode.Parse(line)!["validation"])
            .Where(v => v is not null)
            .ToList();
        Assert.Equal([1, 2, 2, 3, 4, 4, 4], lines.Select(v => v!["stage"]!.GetValue<double>()));
        Assert.All(lines, v => Assert.InRange(v!["classifier-accuracy"]!.GetValue<double>(), 0, 1));
        Assert.All(lines, v => Assert.InRange(v!["probe-accuracy"]!.GetValue<double>(), 0, 1));
    }

    [Fact]
    public void The_bank_of_HAL_holds_the_last_embeddings_and_masks_the_own_concept()
    {
        using ToyRun run = new(recipe: Config("hal-global"));
        using TemporaryFolder folder = new();
        run.Run(folder.Path);
        var ids = run.System.Module.state_dict()["images.ids"].data<long>().ToArray();
        Assert.Equal(12, ids.Length);
        Assert.All(ids, id => Assert.InRange(id, 0, 11));
    }

    [Fact]
    public void The_teacher_is_frozen_once_it_teaches()
    {
        using TemporaryFolder folder = new();
        using ToyRun run = new(recipe: Config("distilled"));
        float[] Teacher() =>
            [
                .. run
                    .System.Module.named_parameters()
                    .Where(p => p.name.StartsWith("teacher.", StringComparison.Ordinal) && p.parameter.requires_grad)
                    .SelectMany(p => p.parameter.data<float>().ToArray()),
            ];
        var states = new Dictionary<long, float[]>();
        run.Run(folder.Path, at => states[at.Step] = Teacher());
        Assert.NotEqual(states[1], states[9]);
        Assert.Equal(states[9], states[10]);
        Assert.Equal(states[9], states[21]);
    }

    [Fact]
    public void Regions_are_asked_for_where_a_run_has_none() =>
        Assert.Contains(
            "reads regions",
            Assert
                .Throws<ArgumentException>(() =>
                    Recipes.Create(new() { System = "scan" }, new(() => new LightBackbone(9), () => [], new([.. ITContrast.Text.WordTokenizer.Marks, "a"]), 0)))
                .Message);
}
