using ITContrast.Data.Scenes;
using ITContrast.Encoders.Oscar;
using ITContrast.Experiments;
using ITContrast.Tests.Data;
using ITContrast.Torch;
using ITContrast.Training;

namespace ITContrast.Tests.Experiments;

/// <summary>Pre-training, fine-tuning and re-ranking as runs of the store, on a world of a few scenes.</summary>
public class OscarRunTests : TorchTest
{
    private static RunConfig Config(string system, int epochs = 2, RunConfig? before = null, int chunk = 0) => new()
    {
        System = system, WordNet = false,
        Oscar = new()
        {
            Hidden = 16, Heads = 2, Intermediate = 24, Layers = 1, Chunk = chunk, Pretraining = before,
            Scenes = new SceneOptions { Kind = ITContrast.Data.ImageKind.Regions, Train = before is null ? 96 : 48, Validation = 16, Test = 24 },
        },
        Training = new() { Epochs = epochs, BatchSize = 24, LearningRate = 3e-3, WarmUpSteps = 2, WordDropout = 0 },
    };

    [Fact]
    public void Pretraining_learns_and_its_weights_begin_the_fine_tuning()
    {
        using TemporaryFolder folder = new();
        RunStore store = new(folder.Path);
        RunConfig pretraining = Config("oscar-pretrain", 12);
        RunResult first = Experiment.Run(pretraining, store, cancellation: TestContext.Current.CancellationToken);
        double[] losses = [.. first.Losses().Select(l => l.Loss)];
        Assert.Equal(48, losses.Length);
        Assert.True(losses[^8..].Average() < losses[..4].Average() - 0.3, $"from {losses[..4].Average():F2} to {losses[^8..].Average():F2}");

        // One step of no size: what the fine-tuning ends with is what it began with.
        RunConfig tuning = Config("oscar", 1, pretraining);
        tuning = tuning with { Training = tuning.Training with { LearningRate = 1e-30, WeightDecay = 0 } };
        RunResult tuned = Experiment.Run(tuning, store, cancellation: TestContext.Current.CancellationToken);
        using SafetensorsFile before = SafetensorsFile.Open(first.Folder.CheckpointPath), after = SafetensorsFile.Open(tuned.Folder.CheckpointPath);
        string[] names = [.. after.Tensors.Select(t => t.Name).Where(n => n.StartsWith("model.encoder.", StringComparison.Ordinal))];
        Assert.True(names.Length > 20);
        Assert.All(names, n => Assert.Equal(before[n.Replace("model.encoder.", "model.model.")].Span<float>().ToArray(), after[n].Span<float>().ToArray()));
        Assert.NotEqual(Experiment.Run(tuning with { Oscar = tuning.Oscar! with { Pretraining = null } }, store, cancellation: TestContext.Current.CancellationToken).Folder.Name, tuned.Folder.Name);

        RunConfig other = tuning with { Oscar = tuning.Oscar! with { Hidden = 32 } };
        Assert.Contains("does not fit the model", Assert.Throws<DataException>(() => Experiment.Run(other, store, cancellation: TestContext.Current.CancellationToken)).Message);
    }

    [Theory, InlineData("oscar"), InlineData("oscar-match"), InlineData("oscar-pretrain")]
    public void A_cancelled_run_resumes_to_the_same_weights(string system)
    {
        using TemporaryFolder whole = new(), cancelled = new();
        RunConfig config = Config(system, chunk: system == "oscar" ? 10 : 0);
        RunResult straight = Experiment.Run(config, new(whole.Path), cancellation: TestContext.Current.CancellationToken);
        using CancellationTokenSource stop = new();
        Assert.ThrowsAny<OperationCanceledException>(() => Experiment.Run(config, new(cancelled.Path), new StepProgress(at =>
        {
            if (at.Step == 3) stop.Cancel();
        }), stop.Token));
        RunResult resumed = Experiment.Run(config, new(cancelled.Path), cancellation: TestContext.Current.CancellationToken);
        Assert.Equal(straight.Folder.Name, resumed.Folder.Name);
        Assert.Equal(File.ReadAllText(straight.Folder.MetricsPath), File.ReadAllText(resumed.Folder.MetricsPath));
        using SafetensorsFile left = SafetensorsFile.Open(straight.Folder.CheckpointPath), right = SafetensorsFile.Open(resumed.Folder.CheckpointPath);
        Assert.All(left.Tensors, t => Assert.True(t.Span<float>().SequenceEqual(right[t.Name].Span<float>()), t.Name));
    }

    [Fact]
    public void A_matcher_reranks_a_bi_encoders_candidates()
    {
        using TemporaryFolder folder = new();
        RunStore store = new(folder.Path);
        RunResult encoder = Experiment.Run(Config("oscar", 1), store, cancellation: TestContext.Current.CancellationToken), matcher = Experiment.Run(Config("oscar-match", 1), store, cancellation: TestContext.Current.CancellationToken);
        var (alone, first) = OscarReranking.Run(encoder.Folder, matcher.Folder, "test", new() { Candidates = 1 });
        // One candidate cannot change places.
        Assert.Equal(alone.CaptionQuery.Ranks, first.CaptionQuery.Ranks);
        Assert.Equal(encoder.Test.RSum, alone.RSum, 9);
        var (_, all) = OscarReranking.Run(encoder.Folder, matcher.Folder, "test", new() { Candidates = 1000 });
        Assert.NotEqual(alone.CaptionQuery.Ranks, all.CaptionQuery.Ranks);
        Assert.Equal(120, all.CaptionQuery.Queries);
        Assert.Contains("expected a run of oscar-match", Assert.Throws<DataException>(() => OscarRun.LoadMatcher(encoder.Folder)).Message);
    }

    [Fact]
    public void Configurations_without_OSCAR_read_and_hash_as_before()
    {
        Assert.DoesNotContain("Oscar", new RunConfig().ToJson().ToJsonString());
        RunConfig nested = Config("oscar", 1, Config("oscar-pretrain"));
        Assert.Equal(nested.ToJson().ToJsonString(), RunConfig.FromJson(nested.ToJson()).ToJson().ToJsonString());
        Assert.Equal(OscarPooling.Mean, RunConfig.FromJson(nested.ToJson()).Oscar!.Pooling);
    }
}
