using System.Text.Json.Nodes;
using ITContrast.Data;
using ITContrast.Evaluation;
using ITContrast.Systems;
using ITContrast.Text;
using ITContrast.Torch;
using ITContrast.Training;
using ITContrast.Training.Parallel;
using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Experiments;

/// <summary>One run from configuration to result: computed once, resumed when it was interrupted, read when it is there.</summary>
public static class Experiment
{
    internal const string VocabularyKey = "vocabulary";

    // A run in parts goes on with another number of processes, so that its sums are those of one machine to rounding only; its threads are not its identity.
    internal const int AnyThreads = 0;

    /// <summary>The identity of a run on this machine.</summary>
    public static RunIdentity Identity(RunConfig config, PairDataset dataset) =>
        new(config, dataset.ContentHash, TorchRuntime.Description, config.Training.Parts is null ? TorchRuntime.Threads : AnyThreads);

    /// <summary>Runs the configuration, or reads its result.</summary>
    /// <param name="config">What to run.</param>
    /// <param name="store">Where runs are kept.</param>
    /// <param name="progress">Told after every step, on this thread.</param>
    /// <param name="cancellation">Ends training between two steps; the next call resumes.</param>
    /// <exception cref="TrainingException">The loss is not finite.</exception>
    /// <exception cref="RunHeldException">Another process computes this run.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public static RunResult Run(RunConfig config, RunStore store, IProgress<TrainingProgress>? progress = null, CancellationToken cancellation = default) =>
        Run(config, store, null, progress, cancellation);

    /// <summary>
    /// Runs the configuration on data that is open already, or reads its result: what was computed of the images is not computed again, here or by the caller
    /// afterwards.
    /// </summary>
    /// <param name="config">What to run.</param>
    /// <param name="dataset">What <see cref="LightRun.OpenData"/> opens for this configuration. It stays the caller's.</param>
    /// <param name="store">Where runs are kept.</param>
    /// <param name="progress">Told after every step, on this thread.</param>
    /// <param name="cancellation">Ends training between two steps; the next call resumes.</param>
    /// <exception cref="TrainingException">The loss is not finite.</exception>
    /// <exception cref="RunHeldException">Another process computes this run.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public static RunResult Run(
        RunConfig config, PairDataset dataset, RunStore store, IProgress<TrainingProgress>? progress = null, CancellationToken cancellation = default
    ) => Run(config, dataset, store, null, progress, cancellation);

    /// <summary>
    /// Runs the configuration, or reads its result. While another process computes the run this waits, then reads what that one found, or goes on where it
    /// stopped.
    /// </summary>
    /// <param name="config">What to run.</param>
    /// <param name="store">Where runs are kept.</param>
    /// <param name="progress">Told after every step, on this thread.</param>
    /// <param name="cancellation">Ends training between two steps, or the waiting.</param>
    /// <exception cref="TrainingException">The loss is not finite.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static RunResult RunOrWait(RunConfig config, RunStore store, IProgress<TrainingProgress>? progress = null, CancellationToken cancellation = default)
    {
        while (true)
        {
            try
            {
                return Run(config, store, progress, cancellation);
            }
            catch (RunHeldException held)
            {
                held.Run.WaitForLock(cancellation).Dispose();
            }
        }
    }

    /// <summary>
    /// Runs the configuration together with other processes, each of which calls this with the same configuration and a store that all of them see. The first
    /// one writes.
    /// The configuration's parts may be shared by any number of processes that divides them, also when the run goes on.
    /// </summary>
    /// <exception cref="DistributedException">A process died or hangs; it is named. The last checkpoint is whole, and the run resumes from it.</exception>
    /// <exception cref="ArgumentException">The parts do not divide among the processes, or the system cannot work in parts.</exception>
    public static RunResult Run(
        RunConfig config, RunStore store, Peers? peers, IProgress<TrainingProgress>? progress = null, CancellationToken cancellation = default)
    {
        config = OscarRun.WithWeights(config, store, progress, cancellation);
        using PairDataset dataset = LightRun.OpenData(config, store: store);
        return Run(config, dataset, store, peers, progress, cancellation);
    }

    private static RunResult Run(
        RunConfig config, PairDataset dataset, RunStore store, Peers? peers, IProgress<TrainingProgress>? progress, CancellationToken cancellation)
    {
        bool first = peers is not { Rank: > 0 };
        RunIdentity identity = Identity(config, dataset);
        RunFolder folder = store.Open(identity);
        if (peers is null ? folder.IsFinished : peers.First(folder.IsFinished ? 1 : 0) == 1) return RunResult.Read(folder);
        // A split that is missing is told before an epoch is spent.
        foreach (string split in new[] { "train", "val", "test" }) _ = dataset.Split(split);
        if (first && dataset.Images is StoredRegions { Exists: false }) StoredFeatures.Ensure(config, store, progress, cancellation);
        using IDisposable? held = first ? folder.Lock() : null;
        // Whoever held it until now may have finished it.
        if (peers is null && folder.IsFinished) return RunResult.Read(folder);
        if (first) RunFolder.Write(folder.ConfigPath, identity.ToJson());
        peers?.Barrier();
        ITokenizer vocabulary = LightRun.Vocabulary(config, dataset);
        // A checkpoint holds what the fits gave, too: a resumed run only needs the shapes.
        IMatchingSystem system =
            folder.HasCheckpoint || !first ? LightRun.EmptySystem(config, dataset, vocabulary, peers) : LightRun.NewSystem(config, dataset, vocabulary, peers);
        using TrainedMatcher matcher = new(system, vocabulary);
        PairCollator collator = new(
            dataset,
            vocabulary,
            new()
            {
                WordDropout = config.Training.WordDropout,
                Seed = config.Seed,
                Shares = peers?.Count ?? 1,
                Share = peers?.Rank ?? 0,
            });
        RecallTable? validation = null;
        Trainer trainer = new(system, collator, dataset.Split(config.Training.Split), config.Training, config.Seed)
        {
            Peers = peers,
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
        if (!first)
        {
            peers!.Barrier();
            return RunResult.Read(folder);
        }
        if (config.Training.KeepsBest)
        {
            Checkpoint.Load(folder.BestPath, system.Module);
            validation = null;
        }
        validation ??= Recall(matcher, dataset, "val");
        RetrievalReport test = Evaluate(matcher, dataset, "test");
        JsonObject result = new()
        {
            ["steps"] = steps, ["test"] = RecallTable.Of(test).ToJson(), ["val"] = validation.ToJson(), ["testRanks"] = StoredRanks.Of(test).ToJson(),
        };
        if (SubgroupTable.Measure(matcher, config, dataset, "test") is { } judged) result["subgroups"] = judged.ToJson();
        RunFolder.Write(folder.ResultPath, result);
        peers?.Barrier();
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
