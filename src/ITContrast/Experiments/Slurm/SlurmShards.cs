using ITContrast.Torch;

namespace ITContrast.Experiments.Slurm;

/// <summary>
/// Work in shards on a cluster: a job array whose task i writes shard i, and a dependent task that puts them together. A shard that is there already is
/// not computed again, so that submitting again is resuming; shards of other files or models are refused when they meet.
/// </summary>
/// <param name="program">The program that the cluster starts: <c>PROGRAM evaluate …</c>.</param>
/// <param name="settings">How machines are asked for.</param>
public sealed class SlurmShards(string program, SlurmSettings settings)
{
    private readonly SlurmSettings settings = settings.Validated();

    /// <summary>Submits what is missing.</summary>
    /// <param name="work">What a shard is.</param>
    /// <param name="shards">How many, at least 1.</param>
    /// <param name="folder">Where shards and logs go; all machines see it.</param>
    /// <param name="after">A job that must have ended well first, as the one that writes the embeddings; none when null.</param>
    /// <returns>The numbers of the array (null where no shard is missing) and of the last task.</returns>
    /// <exception cref="SlurmException">Slurm is missing or refused.</exception>
    public (string? Array, string Last) Submit(ShardedWork work, int shards, string folder, string? after = null)
    {
        ArgumentNullException.ThrowIfNull(work);
        ArgumentOutOfRangeException.ThrowIfLessThan(shards, 1);
        folder = Path.GetFullPath(folder);
        Directory.CreateDirectory(folder);
        string[] files = [.. Enumerable.Range(0, shards).Select(shard => Path.Combine(folder, $"shard-{shard}.safetensors"))];
        int[] missing = [.. Enumerable.Range(0, shards).Where(shard => !File.Exists(files[shard]))];
        string one = Write(
            folder, "shards.sh", $"itc-{work.Command}",
            $"{Called(work.Command, work.Arguments)} --shard \"$SLURM_ARRAY_TASK_ID/{shards}\" --out {SlurmScript.Quoted(folder)}/\"shard-$SLURM_ARRAY_TASK_ID.safetensors\""
        );
        string joined =
            $"{Called(work.Command, [.. work.Joining, .. files])}{(work.Report is { } report ? $" >{SlurmScript.Quoted(Path.GetFullPath(report))}" : "")}";
        string all = Write(folder, "join.sh", $"itc-{work.Command}-join", joined);
        string[] first = after is null ? [] : [$"--dependency=afterok:{after}"];
        string? array = missing.Length == 0 ? null
            : SlurmClient.Submit(one, ["--requeue", .. first, $"--array={SlurmExecutor.Ranges(missing)}{(settings.AtOnce > 0 ? $"%{settings.AtOnce}" : "")}"]);
        return (array, SlurmClient.Submit(all, array is null ? first : [$"--dependency=afterok:{array}"]));
    }

    private string Called(string command, IReadOnlyList<string> arguments) =>
        $"{SlurmScript.Quoted(program)} {command} {string.Join(' ', arguments.Select(SlurmScript.Quoted))}";

    private string Write(string folder, string name, string job, string command)
    {
        string path = Path.Combine(folder, name);
        AtomicFile.WriteText(
            path, SlurmScript.Head(job, Path.Combine(folder, $"{job}-%j.txt"), settings).Append($"{SlurmScript.Setup(settings)}\n{command}\n").ToString());
        return path;
    }
}
