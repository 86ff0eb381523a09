using ITContrast.Experiments;
using ITContrast.Systems;
using ITContrast.Training;
using static TorchSharp.torch;

namespace ITContrast.Benchmarks.Work;

/// <summary>
/// A whole epoch of each system in turn, by the trainer: reading and collating batches beside the steps, checks, optimiser and metrics; neither validation nor
/// checkpoint.
/// </summary>
internal sealed class SystemEpochs(IReadOnlyList<(string Name, RunConfig Config)> configurations) : IWork
{
    private readonly TrainedSystems systems = new(configurations);

    public IReadOnlyList<Case> Cases => [.. systems.All.Select(one => new Case(one.Name, () => Epoch(one.System)))];

    public IReadOnlyDictionary<string, Tensor> Results() => new Dictionary<string, Tensor>();

    public void Dispose() => systems.Dispose();

    private void Epoch(IMatchingSystem system)
    {
        string folder = Directory.CreateTempSubdirectory("itc-epoch-").FullName;
        try
        {
            using CancellationTokenSource end = new();
            Trainer trainer = new(system, systems.Collator, systems.Split, new() { Epochs = 2, CheckpointSteps = int.MaxValue }, TrainedSystems.Seed);
            // Cancelled between two epochs it writes nothing more.
            trainer.Run(new(folder), new AtEnd(end), end.Token);
        }
        catch (OperationCanceledException)
        {
            // The epoch is over.
        }
        finally
        {
            Directory.Delete(folder, true);
        }
    }

    private sealed class AtEnd(CancellationTokenSource end) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            if (value.Step * 2 == value.Steps) end.Cancel();
        }
    }
}
