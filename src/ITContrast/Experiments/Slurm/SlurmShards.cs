using ITContrast.Torch;

namespace ITContrast.Experiments.Slurm;

/// <summary>
/// An evaluation in shards on a cluster: a job array whose task i writes shard i, and a dependent task that merges them to the report of one machine, bit for bit.
/// A shard that is there already is not computed again, so that submitting again is resuming.
/// </summary>
/// <param name="program">The program that the cluster starts: <c>PROGRAM evaluate …</c>.</param>
/// <param name="settings">How machines are asked for.</param>
public sealed class SlurmShards(string program, SlurmSettings settings)
{
    private readonly SlurmSettings settings = settings.Validated();

    /// <summary>Submits what is missing.</summary>
    /// <param name="arguments">Arguments of <c>evaluate</c> that every shard and the merge take, as <c>--images FILE --captions FILE</c>.</param>
    /// <param name="merging">Arguments that only the merge takes, as <c>--image-of FILE --json</c>.</param>
    /// <param name="shards">How many, at least 1.</param>
    /// <param name="folder">Where shards, logs and <c>report.txt</c> go; all machines see it.</param>
    /// <returns>The numbers of the array (null where no shard is missing) and of the merge.</returns>
    /// <exception cref="SlurmException">Slurm is missing or refused.</exception>
    public (string? Array, string Merge) Submit(IReadOnlyList<string> arguments, IReadOnlyList<string> merging, int shards, string folder)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(shards, 1);
        folder = Path.GetFullPath(folder);
        Directory.CreateDirectory(folder);
        int[] missing = [.. Enumerable.Range(0, shards).Where(shard => !File.Exists(Path.Combine(folder, $"shard-{shard}.safetensors")))];
        var script = Write(folder, "shards.sh", "itc-shards", $"{Called(arguments)} --shard \"$SLURM_ARRAY_TASK_ID/{shards}\" --out {SlurmScript.Quoted(folder)}/\"shard-$SLURM_ARRAY_TASK_ID.safetensors\"");
        var merge = Write(folder, "merge.sh", "itc-merge", $"{Called(merging)} --merge {string.Join(' ', Enumerable.Range(0, shards).Select(shard => SlurmScript.Quoted(Path.Combine(folder, $"shard-{shard}.safetensors"))))} >{SlurmScript.Quoted(Path.Combine(folder, "report.txt"))}");
        var array = missing.Length == 0 ? null : SlurmClient.Submit(script, "--requeue", $"--array={SlurmExecutor.Ranges(missing)}{(settings.AtOnce > 0 ? $"%{settings.AtOnce}" : "")}");
        return (array, SlurmClient.Submit(merge, array is null ? [] : [$"--dependency=afterok:{array}"]));
    }

    private string Called(IReadOnlyList<string> arguments) => $"{SlurmScript.Quoted(program)} evaluate {string.Join(' ', arguments.Select(SlurmScript.Quoted))} --threads {settings.Cpus}";

    private string Write(string folder, string name, string job, string command)
    {
        var path = Path.Combine(folder, name);
        AtomicFile.WriteText(path, SlurmScript.Head(job, Path.Combine(folder, $"{job}-%j.txt"), settings).Append($"{SlurmScript.Setup(settings)}\n{command}\n").ToString());
        return path;
    }
}
