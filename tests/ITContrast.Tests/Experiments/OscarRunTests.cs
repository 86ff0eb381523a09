using ITContrast.Data.Scenes;
using ITContrast.Encoders.Oscar;
using ITContrast.Experiments;
using ITContrast.Systems;
using ITContrast.Tests.Data;
using ITContrast.Text;
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
        Assert.NotEqual(
            Experiment
                .Run(tuning with { Oscar = tuning.Oscar! with { Pretraining = null } }, store, cancellation: TestContext.Current.CancellationToken)
                .Folder.Name,
            tuned.Folder.Name);

        RunConfig other = tuning with { Oscar = tuning.Oscar! with { Hidden = 32 } };
        Assert.Contains(
            "does not fit the model",
            Assert.Throws<DataException>(() => Experiment.Run(other, store, cancellation: TestContext.Current.CancellationToken)).Message);
    }

    [Fact]
    public void A_caption_that_is_longer_than_the_model_reads_is_named_before_training()
    {
        using TemporaryFolder folder = new();
        RunConfig config = Config("oscar");
        using ITContrast.Data.PairDataset data = LightRun.OpenData(config);
        int Tokens(int row) => Words.Of(data.Caption(row)).Count + 2;
        int longest = data.Split("train").CaptionRows.Max(Tokens), first = data.Split("train").CaptionRows.First(row => Tokens(row) == longest);
        config = config with { Oscar = config.Oscar! with { Positions = longest - 1 } };
        string said = Assert.Throws<DataException>(() => Experiment.Run(config, new(folder.Path), cancellation: TestContext.Current.CancellationToken)).Message;
        Assert.Contains($"caption row {first}: expected at most {longest - 1} tokens", said);
        Assert.Contains($"found {longest} in \"{data.Caption(first)}\"", said);
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
        RunResult encoder = Experiment.Run(Config("oscar", 1), store, cancellation: TestContext.Current.CancellationToken),
            matcher = Experiment.Run(Config("oscar-match", 1), store, cancellation: TestContext.Current.CancellationToken);
        var (alone, first) = OscarReranking.Run(encoder.Folder, matcher.Folder, "test", new() { Candidates = 1 });
        // One candidate cannot change places.
        Assert.Equal(alone.CaptionQuery.Ranks, first.CaptionQuery.Ranks);
        Assert.Equal(encoder.Test.RSum, alone.RSum, 9);
        var (_, all) = OscarReranking.Run(encoder.Folder, matcher.Folder, "test", new() { Candidates = 1000 });
        Assert.NotEqual(alone.CaptionQuery.Ranks, all.CaptionQuery.Ranks);
        Assert.Equal(120, all.CaptionQuery.Queries);
        foreach (int round in new[] { 1, 2 })
        {
            var kept = OscarReranking.Kept(encoder.Folder, matcher.Folder, "test", 1000);
            Assert.Equal((alone.RSum, all.RSum), (kept.Encoder.RSum, kept.Reranked.RSum));
            // The second time nothing is left to compute it from.
            if (round == 1) File.Delete(encoder.Folder.CheckpointPath);
        }
        Assert.Contains("expected a run of oscar-match", Assert.Throws<DataException>(() => OscarRun.LoadMatcher(encoder.Folder)).Message);
    }

    [Fact]
    public void A_published_checkpoint_begins_a_run_that_does_not_need_it_afterwards()
    {
        using TemporaryFolder folder = new();
        string published = Path.Combine(folder.Path, "published"), weights = Path.Combine(published, "model.safetensors");
        string[] pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "a", "red", "green", "circle", "square", "the", "left", "of"];
        folder.Write("published/vocab.txt", string.Join('\n', pieces));
        folder.Write(
            "published/config.json",
            $$"""{"vocab_size":{{pieces.Length}},"hidden_size":16,"num_hidden_layers":1,"num_attention_heads":2,"intermediate_size":24,"max_position_embeddings":64,"img_feature_dim":218,"use_img_layernorm":1}"""
        );
        using (OscarModel made = new(OscarConfig.Read(Path.Combine(published, "config.json"))))
        {
            BertInitialisation.Fill(made, 16, seed: 5);
            OscarCheckpoint.Save(made, weights);
        }
        RunStore store = new(Path.Combine(folder.Path, "runs"));
        RunConfig config = Config("oscar", 1) with { Data = "scenes:40:3", Oscar = new() { Published = PublishedOscar.Of(published) } };
        config = config with { Training = config.Training with { LearningRate = 1e-30, WeightDecay = 0 } };
        Assert.Equal(config.ToJson().ToJsonString(), RunConfig.FromJson(config.ToJson()).ToJson().ToJsonString());
        RunResult run = Experiment.Run(config, store, cancellation: TestContext.Current.CancellationToken);
        RunConfig narrow = config with
        {
            Oscar = new() { Published = config.Oscar.Published with { Model = config.Oscar.Published.Model with { RegionWidth = 2054 } } },
        };
        Assert.Contains(
            "expected regions of 2054 numbers, or of 2048 with boxes apart",
            Assert.Throws<DataException>(() => Experiment.Run(narrow, store, cancellation: TestContext.Current.CancellationToken)).Message);
        // One step of no size: the model is the published one, word pieces included.
        using (SafetensorsFile before = SafetensorsFile.Open(weights), after = SafetensorsFile.Open(run.Folder.CheckpointPath))
            Assert.All(
                before.Tensors,
                t =>
                    Assert.Contains(
                        after.Tensors,
                        own =>
                            own.Name.StartsWith("model.encoder.", StringComparison.Ordinal)
                            && own.Shape.SequenceEqual(t.Shape)
                            && own.Span<float>().ToArray().Zip(t.Span<float>().ToArray()).All(pair => Math.Abs(pair.First - pair.Second) < 1e-20)));
        File.AppendAllText(Path.Combine(published, "config.json"), "\n");
        Assert.NotEqual(config.Oscar.Published!.Hash, PublishedOscar.Of(published).Hash);
        Directory.Delete(published, recursive: true);
        using TrainedMatcher loaded = ITContrast.Systems.Systems.Load(run.Folder);
        Assert.Equal([2, 5, 6, 8, 3], loaded.Tokenizer.Encode("A red circle"));
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
