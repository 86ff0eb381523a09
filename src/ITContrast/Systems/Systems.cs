using ITContrast.Data;
using ITContrast.Experiments;
using ITContrast.Text;
using ITContrast.Training;

namespace ITContrast.Systems;

/// <summary>Trained systems by run.</summary>
public static class Systems
{
    /// <summary>Loads a run's model from its checkpoint, in evaluation mode; its embeddings equal those of the training process.</summary>
    /// <param name="run">The run's folder.</param>
    /// <exception cref="DataException">The folder holds no configuration or no checkpoint, or they do not fit together.</exception>
    public static TrainedMatcher Load(RunFolder run)
    {
        RunConfig config = RunResult.ReadConfig(run);
        if (!run.HasCheckpoint)
            throw new DataException(
                $"{run.Path}: the run has no checkpoint (committed runs carry none). Compute it here with: itc train {config.System} --seed {config.Seed}");
        string[] entries = Checkpoint.Text(run.CheckpointPath, Experiment.VocabularyKey).Split('\n');
        ITokenizer vocabulary = config.Oscar?.Published is null ? new WordTokenizer(entries) : new WordPieceTokenizer(entries);
        using PairDataset dataset = LightRun.OpenData(config, store: RunStore.Of(run));
        IMatchingSystem system = LightRun.EmptySystem(config, dataset, vocabulary);
        try
        {
            Checkpoint.Load(run.ModelPath, system.Module);
            system.Module.eval();
            return new(system, vocabulary);
        }
        catch
        {
            system.Dispose();
            throw;
        }
    }
}
