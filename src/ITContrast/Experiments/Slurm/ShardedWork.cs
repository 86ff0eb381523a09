namespace ITContrast.Experiments.Slurm;

/// <summary>What the tasks of a job array do, a shard each, and how a last task puts the shards together.</summary>
/// <param name="Command">The command of this program: <c>evaluate</c> or <c>embed</c>.</param>
/// <param name="Arguments">What every shard is told, before <c>--shard i/n --out FILE</c>.</param>
/// <param name="Joining">What the last task is told, before the shards' files.</param>
/// <param name="Report">Where the last task's words go; null leaves them in its log.</param>
public sealed record ShardedWork(string Command, IReadOnlyList<string> Arguments, IReadOnlyList<string> Joining, string? Report = null)
{
    /// <summary>An evaluation: every shard counts its part of the gallery, the last task merges to the report of one machine, bit for bit.</summary>
    /// <param name="files">As <c>--images FILE --captions FILE</c>.</param>
    /// <param name="merging">What only the merge takes, as <c>--image-of FILE --json</c>.</param>
    /// <param name="settings">Whose processors are the threads.</param>
    /// <param name="report">Where the report goes.</param>
    public static ShardedWork Evaluation(IReadOnlyList<string> files, IReadOnlyList<string> merging, SlurmSettings settings, string report)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return new("evaluate", [.. files, "--threads", $"{settings.Cpus}"], [.. merging, "--merge"], report);
    }

    /// <summary>
    /// An embedding of a split: every shard embeds its images and captions, the last task joins them to the file of one machine, byte for byte.
    /// </summary>
    /// <param name="arguments">As <c>RUN --split test</c>.</param>
    /// <param name="file">The whole file.</param>
    public static ShardedWork Embedding(IReadOnlyList<string> arguments, string file) => new("embed", arguments, ["--out", file, "--join"]);
}
