using System.Text.Json.Nodes;
using ITContrast.Data;
using ITContrast.Training;

namespace ITContrast.Experiments;

/// <summary>A folder of run folders, each named by its run's hash.</summary>
public sealed class RunStore
{
    private readonly Dictionary<(string Config, string Data), RunFolder> others = [];
    private readonly HashSet<string> read = [];

    /// <param name="folder">The folder; <c>runs</c> in the repository (or in the current folder outside one) when null.</param>
    public RunStore(string? folder = null) => Folder = Path.GetFullPath(folder ?? "runs");

    /// <summary>The folder's full path.</summary>
    public string Folder { get; }

    /// <summary>The store that a run's folder lies in.</summary>
    public static RunStore Of(RunFolder run) => new(Path.GetDirectoryName(run.Path));

    /// <summary>The folder of a run; it need not exist.</summary>
    public RunFolder Open(RunIdentity identity) => new(Path.Combine(Folder, identity.Hash));

    /// <summary>
    /// The finished run of a configuration: of this machine's identity, else one that another machine (its torch, its threads) computed with this results
    /// version on the same data. Null where there is none.
    /// </summary>
    public RunResult? Finished(RunConfig config, PairDataset dataset)
    {
        RunFolder own = Open(Experiment.Identity(config, dataset));
        if (own.IsFinished) return RunResult.Read(own);
        var key = (config.ToJson().ToJsonString(), dataset.ContentHash);
        if (!others.ContainsKey(key)) ReadNewOnes();
        return others.TryGetValue(key, out RunFolder? other) ? RunResult.Read(other) : null;
    }

    // Reading every configuration takes longer than all else of a table, so each is read once.
    private void ReadNewOnes()
    {
        foreach (RunFolder folder in All().Where(folder => !read.Contains(folder.Name) && folder.IsFinished))
        {
            read.Add(folder.Name);
            JsonObject json = RunFolder.Read(folder.ConfigPath);
            if ((int?)json["resultsVersion"] == ResultsVersion.Current && json["config"] is { } config && (string?)json["data"] is { } data)
                others.TryAdd((RunConfig.FromJson(config).ToJson().ToJsonString(), data), folder);
        }
    }

    /// <summary>The run whose hash begins so, or the folder of that path.</summary>
    /// <exception cref="DataException">None, or several.</exception>
    public RunFolder Find(string run)
    {
        if (File.Exists(Path.Combine(run, "config.json"))) return new(run);
        RunFolder[] found = [.. All().Where(folder => folder.Name.StartsWith(run, StringComparison.OrdinalIgnoreCase))];
        return found.Length switch
        {
            1 => found[0],
            0 => throw new DataException($"No run \"{run}\" in {Folder}. List them with: itc runs"),
            _ => throw new DataException(
                $"Several runs begin with \"{run}\": {string.Join(", ", found.Select(folder => folder.Name))}. Give more of the hash."),
        };
    }

    /// <summary>All runs, by name.</summary>
    public IReadOnlyList<RunFolder> All() => !Directory.Exists(Folder)
        ? []
        :
        [
            .. Directory
                .GetDirectories(Folder)
                .Where(path => File.Exists(Path.Combine(path, "config.json")))
                .Order(StringComparer.Ordinal)
                .Select(path => new RunFolder(path)),
        ];
}
