using ITContrast.Training;

namespace ITContrast.Experiments;

/// <summary>What may be deleted of a store without losing a result.</summary>
[Flags]
public enum Prunable
{
    /// <summary>Nothing.</summary>
    None = 0,
    /// <summary>Checkpoints of finished runs: results stay, models are lost.</summary>
    Checkpoints = 1,
    /// <summary>Runs that are not finished.</summary>
    Unfinished = 2,
    /// <summary>Runs of another results version: this code never reads them.</summary>
    OtherVersions = 4,
}

/// <summary>Housekeeping of a run store.</summary>
public static class RunMaintenance
{
    private static readonly string[] Kept = ["config.json", "metrics.jsonl", "timing.jsonl", "result.json"];

    /// <summary>The files and folders that pruning would delete. A run that a process holds is never among them.</summary>
    public static IReadOnlyList<string> Plan(RunStore store, Prunable what)
    {
        List<string> paths = [];
        foreach (RunFolder run in store.All().Where(run => !run.IsHeld))
        {
            bool whole =
                (what.HasFlag(Prunable.Unfinished) && !run.IsFinished) || (what.HasFlag(Prunable.OtherVersions) && Version(run) != ResultsVersion.Current);
            if (whole) paths.Add(run.Path);
            else if (what.HasFlag(Prunable.Checkpoints) && run.IsFinished)
                paths.AddRange(Directory.GetFiles(run.Path, "checkpoint-*").Order(StringComparer.Ordinal));
        }
        return paths;
    }

    /// <summary>Deletes what <see cref="Plan"/> named.</summary>
    public static void Delete(IEnumerable<string> paths)
    {
        foreach (string path in paths)
            if (Directory.Exists(path)) Directory.Delete(path, recursive: true);
            else File.Delete(path);
    }

    /// <summary>Copies a finished run without its checkpoints, as a repository carries it.</summary>
    /// <returns>The copy.</returns>
    /// <exception cref="DataException">The run is not finished.</exception>
    public static RunFolder CopyResult(RunFolder run, string folder)
    {
        if (!run.IsFinished) throw new DataException($"{run.Path} is not finished; only results are exported.");
        RunFolder copy = new(Path.Combine(folder, run.Name));
        Directory.CreateDirectory(copy.Path);
        // result.json last: its presence says that the folder is whole.
        foreach (string name in Kept)
            if (File.Exists(Path.Combine(run.Path, name))) File.Copy(Path.Combine(run.Path, name), Path.Combine(copy.Path, name), overwrite: true);
        return copy;
    }

    private static int? Version(RunFolder run) => (int?)RunFolder.Read(run.ConfigPath)["resultsVersion"];
}
