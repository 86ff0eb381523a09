using System.CommandLine;
using ITContrast.Experiments.Slurm;

namespace ITContrast.Cli.Commands;

/// <summary>The options of what runs in shards as a job array.</summary>
internal sealed class ShardOptions(string purpose)
{
    private readonly Option<int> shards = new("--shards") { Description = $"{purpose}how many shards.", DefaultValueFactory = _ => 8 };
    private readonly Option<string?> settings = new("--settings") { Description = $"{purpose}the settings file, as for: itc ablate --on slurm." };
    private readonly Option<string?> after = new("--after") { Description = $"{purpose}the number of a job that must have ended well first." };

    public void AddTo(Command command)
    {
        foreach (Option option in new Option[] { shards, settings, after }) command.Add(option);
    }

    public SlurmSettings Settings(ParseResult parse) => parse.GetValue(settings) is { } file ? SlurmSettings.Read(file) : new();

    /// <summary>Submits, and says what was submitted.</summary>
    public int Submit(ParseResult parse, ShardedWork work, string folder, string writes)
    {
        if (parse.GetValue(shards) < 1) throw new UserError($"--shards {parse.GetValue(shards)} is no number of shards; give 1 or more.");
        try
        {
            var (array, last) = new SlurmShards(Environment.ProcessPath!, Settings(parse)).Submit(work, parse.GetValue(shards), folder, parse.GetValue(after));
            Console.WriteLine($"{(array is null ? "all shards are there" : $"array {array}")}; job {last} writes {writes}");
            return 0;
        }
        catch (SlurmException error)
        {
            throw new UserError(error.Message);
        }
    }
}
