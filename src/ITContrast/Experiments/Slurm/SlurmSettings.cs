using System.Text.Json;
using System.Text.Json.Serialization;

namespace ITContrast.Experiments.Slurm;

/// <summary>
/// How a cluster is asked for machines: the settings file of <c>itc ablate … --on slurm --settings FILE</c>, a JSON object with these members
/// (<c>{"partition": "gpu", "gres": "gpu:1", "time": "02:00:00", "prologue": ["module load gcc"]}</c>).
/// </summary>
public sealed record SlurmSettings
{
    /// <summary>The partition; the cluster's default when null.</summary>
    public string? Partition { get; init; }

    /// <summary>The account that is charged; the user's default when null.</summary>
    public string? Account { get; init; }

    /// <summary>Generic resources of a task, as <c>gpu:1</c>; none when null.</summary>
    public string? Gres { get; init; }

    /// <summary>The time limit of a task, as sbatch takes it; the partition's default when null.</summary>
    public string? Time { get; init; }

    /// <summary>Memory of a task, as <c>8G</c>; the partition's default when null.</summary>
    public string? Memory { get; init; }

    /// <summary>Processors of a task, and torch's threads in it: part of a run's identity. Default 1.</summary>
    public int Cpus { get; init; } = 1;

    /// <summary>Tasks that run at once; 0 (the default) leaves it to the cluster.</summary>
    public int AtOnce { get; init; }

    /// <summary>Short cells that share a task, one after the other. Default 1.</summary>
    public int CellsPerTask { get; init; } = 1;

    /// <summary>Seconds before the time limit at which a task is told to write its checkpoint. Slurm may be up to a minute early. Default 90.</summary>
    public int SignalSeconds { get; init; } = 90;

    /// <summary>How often one cell may reach its time limit and be queued again before it counts as failed. Default 20.</summary>
    public int MostTimeouts { get; init; } = 20;

    /// <summary>Lines of shell before the work, as <c>module load cuda</c>.</summary>
    public IReadOnlyList<string> Prologue { get; init; } = [];

    /// <summary>Further options of sbatch, one each, as <c>--qos=low</c>.</summary>
    public IReadOnlyList<string> Options { get; init; } = [];

    /// <summary>Reads a settings file.</summary>
    /// <exception cref="DataException">The file is missing, or holds a member or value that is no setting.</exception>
    public static SlurmSettings Read(string path)
    {
        try
        {
            return (
                JsonSerializer.Deserialize<SlurmSettings>(File.ReadAllText(path), Format) ?? throw DataException.At(path, "", "a JSON object", "null")
            ).Validated();
        }
        catch (Exception error) when (error is JsonException or IOException or ArgumentException)
        {
            throw new DataException($"{path}: no settings for Slurm: {error.Message}", error);
        }
    }

    internal SlurmSettings Validated()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Cpus, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(AtOnce);
        ArgumentOutOfRangeException.ThrowIfLessThan(CellsPerTask, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(SignalSeconds, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(MostTimeouts);
        // A line break would end the line of the script that the value stands in.
        foreach (var text in (string?[])[Partition, Account, Gres, Time, Memory, .. Options])
            if (text is not null && (text.Length == 0 || text.Any(c => char.IsControl(c) || char.IsWhiteSpace(c))))
                throw new ArgumentException($"'{text}' is no value that sbatch takes: it is empty or holds white space.");
        return this;
    }

    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, ReadCommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true,
    };
}
