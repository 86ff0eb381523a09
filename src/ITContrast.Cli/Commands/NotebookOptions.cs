using System.CommandLine;

namespace ITContrast.Cli.Commands;

/// <summary>The options that the notebook commands share, and what their values mean.</summary>
internal static class NotebookOptions
{
    private const double MemoryShare = 0.9;

    public static Option<string[]> Parameters() => new("-p", "--parameter") { Description = "name=value for the cell tagged 'parameters'; may be repeated." };

    public static Option<double?> Timeout() => new("--timeout") { Description = "Seconds that one cell may run (default: no limit)." };

    public static Option<int> Jobs() =>
        new("--jobs") { Description = "How many notebooks run at a time.", DefaultValueFactory = _ => Math.Clamp(Environment.ProcessorCount, 1, 2) };

    public static Option<double?> Memory() =>
        new("--memory") { Description = "GB of memory that one notebook may hold (default: none for one, its share of what is free for several)." };

    public static TimeSpan? Seconds(double? seconds) => seconds switch
    {
        null => null,
        > 0 and < 1e7 => TimeSpan.FromSeconds(seconds.Value),
        _ => throw new UserError($"--timeout {seconds} is not a time; give seconds above 0."),
    };

    public static Dictionary<string, string> Pairs(string[]? parameters)
    {
        var pairs = new Dictionary<string, string>();
        foreach (var parameter in parameters ?? [])
        {
            var at = parameter.IndexOf('=');
            if (at <= 0) throw new UserError($"-p {parameter} is no name=value; write for example -p epochs=3.");
            pairs[parameter[..at].Trim()] = parameter[(at + 1)..].Trim();
        }
        return pairs;
    }

    /// <summary>The memory limit of one worker: as given, or for several notebooks an equal share of what is free.</summary>
    public static long? Bytes(double? gigabytes, int notebooks, int jobs) => gigabytes switch
    {
        > 0 => (long)(gigabytes.Value * 1e9),
        not null => throw new UserError($"--memory {gigabytes} is not a size; give GB above 0."),
        null when notebooks > 1 => (long)(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes * MemoryShare / Math.Min(notebooks, Math.Max(1, jobs))),
        _ => null,
    };

    /// <summary>Runs <paramref name="work"/> for each path, <paramref name="jobs"/> at a time, and returns the results in order.</summary>
    public static async Task<T[]> InParallel<T>(IReadOnlyList<string> paths, int jobs, Func<string, Task<T>> work, CancellationToken cancel)
    {
        if (jobs < 1) throw new UserError($"--jobs {jobs} is not a number of processes; give 1 or more.");
        using var slots = new SemaphoreSlim(jobs);
        return await Task.WhenAll(paths.Select(async path =>
        {
            await slots.WaitAsync(cancel);
            try
            {
                return await work(path);
            }
            finally
            {
                slots.Release();
            }
        }));
    }
}
