using System.Text.Json.Nodes;
using ITContrast.Data;
using ITContrast.Evaluation;
using ITContrast.Systems;
using ITContrast.Text;
using ITContrast.Torch;
using ITContrast.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Experiments;

/// <summary>One run from configuration to result: computed once, resumed when it was interrupted, read when it is there.</summary>
public static class Experiment
{
    internal const string VocabularyKey = "vocabulary";

    /// <summary>The identity of a run on this machine.</summary>
    public static RunIdentity Identity(RunConfig config, PairDataset dataset) => new(config, dataset.ContentHash, TorchRuntime.Description, TorchRuntime.Threads);

    /// <summary>Runs the configuration, or reads its result.</summary>
    /// <param name="config">What to run.</param>
    /// <param name="store">Where runs are kept.</param>
    /// <param name="progress">Told after every step, on this thread.</param>
    /// <param name="cancellation">Ends training between two steps; the next call resumes.</param>
    /// <exception cref="TrainingException">The loss is not finite.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public static RunResult Run(RunConfig config, RunStore store, IProgress<TrainingProgress>? progress = null, CancellationToken cancellation = default)
    {
        config = OscarRun.WithWeights(config, store, progress, cancellation);
        using PairDataset dataset = LightRun.OpenData(config, store: store);
        RunIdentity identity = Identity(config, dataset);
        RunFolder folder = store.Open(identity);
        if (folder.IsFinished) return RunResult.Read(folder);
        if (dataset.Images is StoredRegions { Exists: false }) StoredFeatures.Ensure(config, store, progress, cancellation);
        using IDisposable held = folder.Lock();
        RunFolder.Write(folder.ConfigPath, identity.ToJson());
        WordTokenizer vocabulary = LightRun.Vocabulary(config, dataset);
        // A checkpoint holds what the fits gave, too: a resumed run only needs the shapes.
        IMatchingSystem system = folder.HasCheckpoint ? LightRun.EmptySystem(config, dataset, vocabulary) : LightRun.NewSystem(config, dataset, vocabulary);
        using TrainedMatcher matcher = new(system, vocabulary);
        PairCollator collator = new(dataset, vocabulary, new() { WordDropout = config.Training.WordDropout, Seed = config.Seed });
        RecallTable? validation = null;
        Trainer trainer = new(system, collator, dataset.Split(config.Training.Split), config.Training, config.Seed)
        {
            Validate = epoch =>
            {
                JsonObject told = Looked(matcher, dataset, "val", epoch);
                JsonObject line = (validation = Recall(matcher, dataset, "val")).ToJson();
                foreach ((string name, JsonNode? value) in told) line[name] = value!.DeepClone();
                return line;
            },
            Texts = new Dictionary<string, string> { [VocabularyKey] = string.Join('\n', vocabulary.Entries) },
        };
        long steps = trainer.Run(folder, progress, cancellation);
        validation ??= Recall(matcher, dataset, "val");
        RetrievalReport test = Evaluate(matcher, dataset, "test");
        RunFolder.Write(folder.ResultPath, new()
        {
            ["steps"] = steps, ["test"] = RecallTable.Of(test).ToJson(), ["val"] = validation.ToJson(), ["testRanks"] = StoredRanks.Of(test).ToJson(),
        });
        return RunResult.Read(folder);
    }

    /// <summary>Evaluates a model on a split, both directions.</summary>
    public static RetrievalReport Evaluate(TrainedMatcher matcher, PairDataset dataset, string split)
    {
        using DisposeScope scope = NewDisposeScope();
        PairSplit rows = dataset.Split(split);
        if (matcher.System is IScoringSystem) return ScoredRetrieval.Evaluate(matcher.Scores(dataset, rows), rows.ImageOf);
        (Tensor images, Tensor captions) = matcher.Embed(dataset, rows);
        return Retrieval.Evaluate(images, captions, rows.ImageOf);
    }

    // What the system sees on the split before it is evaluated there.
    private static JsonObject Looked(TrainedMatcher matcher, PairDataset dataset, string split, int epoch)
    {
        JsonObject told = [];
        if (matcher.System is not IValidatedSystem system) return told;
        using IDisposable guard = no_grad();
        PairSplit rows = dataset.Split(split);
        foreach ((string name, double value) in system.AfterEpoch(new(() => matcher.Embed(dataset, rows), rows.ImageOf, epoch))) told[name] = value;
        return told;
    }

    private static RecallTable Recall(TrainedMatcher matcher, PairDataset dataset, string split) => RecallTable.Of(Evaluate(matcher, dataset, split));
}
