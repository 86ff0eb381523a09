using ITContrast.Torch;

namespace ITContrast.Experiments.Slurm;

/// <summary>Names runs as the machines of the cluster will: with their number of threads. Each data set is opened once.</summary>
internal sealed class RunIdentities(RunStore store, int threads)
{
    private readonly Dictionary<string, string> hashes = [];

    /// <summary>The name of a configuration's run.</summary>
    public string RunOf(RunConfig config) =>
        new RunIdentity(config, DataHash(config), TorchRuntime.Description, config.Training.Parts is null ? threads : Experiment.AnyThreads).Hash;

    // What a data set is opened by is the configuration without what only the model and its training read.
    private string DataHash(RunConfig config)
    {
        var key = (config with { System = "", Seed = 0, Method = null, Loss = new(), Temperature = 1, Training = new() }).ToJson().ToJsonString();
        if (hashes.TryGetValue(key, out var hash)) return hash;
        using var dataset = LightRun.OpenData(config, store: store);
        return hashes[key] = dataset.ContentHash;
    }
}
