using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using ITContrast.Experiments;
using ITContrast.Torch;
using ITContrast.Training.Parallel;

namespace ITContrast.Cli.Commands;

/// <summary>
/// Data-parallel training on the command line: <c>--procs</c> starts the processes of this machine; torchrun and srun start those of several.
/// </summary>
internal static class TrainProcesses
{
    public static Option<int> Count() =>
        new("--procs")
        {
            Description = "Train in so many processes of this machine; the batch is shared. (On several machines: torchrun or srun.)",
            DefaultValueFactory = _ => 1,
        };

    public static Option<int?> Parts() =>
        new("--parts")
        {
            Description =
                "Parts of a batch with dropout draws of their own (default: the number of processes); any number of processes that divides them goes on with the run.",
        };

    public static Option<int> Timeout() =>
        new("--rank-timeout") { Description = "Seconds after which a process that does not take part is given up and named.", DefaultValueFactory = _ => 600 };

    /// <summary>Trains as one of several processes, or alone where there is no other.</summary>
    public static int Join(RunConfig config, int? parts, int timeout, Func<RunConfig, Peers?, int> train)
    {
        using var peers = Peers.Join(TimeSpan.FromSeconds(timeout));
        return train((parts ?? peers?.Count) is { } count ? config with { Training = config.Training with { Parts = count } } : config, peers);
    }

    /// <summary>Starts this very command once a rank; the first one's output is shown.</summary>
    /// <returns>0 when all ended well; else the first rank's exit code, or 1.</returns>
    public static async Task<int> StartAsync(int count, int timeout, CancellationToken cancel)
    {
        var arguments = WithoutCount(Environment.GetCommandLineArgs()[1..]);
        var port = MeetingPort.Free().ToString(CultureInfo.InvariantCulture);
        Process[] ranks = [.. Enumerable.Range(0, count).Select(rank => Start(arguments, rank, count, port))];
        try
        {
            // Ctrl-C reaches all ranks by itself; SIGTERM to this one is passed on, and they stop after the same step.
            await using var told = cancel.Register(() => { foreach (var rank in ranks) Terminate(rank); });
            var ended = Task.WhenAll(ranks.Select(rank => rank.WaitForExitAsync(CancellationToken.None)));
            await Task.WhenAny([ended, .. ranks.Select(rank => Failed(rank))]);
            // The others find out themselves, name the rank and end; one that does not, hangs.
            if (await Task.WhenAny(ended, Task.Delay(TimeSpan.FromSeconds(timeout + 30), CancellationToken.None)) != ended) return 1;
            return ranks.All(rank => rank.ExitCode == 0) ? 0 : ranks[0].ExitCode != 0 ? ranks[0].ExitCode : 1;
        }
        finally
        {
            foreach (var rank in ranks)
            {
                if (!rank.HasExited) rank.Kill(entireProcessTree: true);
                rank.Dispose();
            }
        }
    }

    /// <summary>The command line without <c>--procs N</c>.</summary>
    internal static string[] WithoutCount(string[] arguments)
    {
        List<string> kept =
        [
            .. arguments.Where(argument =>
                !argument.StartsWith("--procs=", StringComparison.Ordinal) && !argument.StartsWith("--procs:", StringComparison.Ordinal)),
        ];
        if (kept.IndexOf("--procs") is var at and >= 0) kept.RemoveRange(at, Math.Min(2, kept.Count - at));
        return [.. kept];
    }

    // Completes when a rank fails, and never when it ends well.
    private static async Task Failed(Process rank)
    {
        await rank.WaitForExitAsync(CancellationToken.None);
        if (rank.ExitCode == 0) await Task.Delay(System.Threading.Timeout.InfiniteTimeSpan, CancellationToken.None);
    }

    private static Process Start(string[] arguments, int rank, int count, string port)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!, arguments) { RedirectStandardOutput = rank > 0 };
        var threads = Math.Max(1, Environment.ProcessorCount / count).ToString(CultureInfo.InvariantCulture);
        foreach (var (name, value) in new[]
        {
            ("RANK", rank.ToString(CultureInfo.InvariantCulture)),
            ("WORLD_SIZE", count.ToString(CultureInfo.InvariantCulture)),
            ("LOCAL_RANK", rank.ToString(CultureInfo.InvariantCulture)),
            ("MASTER_ADDR", IPAddress.Loopback.ToString()), ("MASTER_PORT", port),
        })
            start.Environment[name] = value;
        foreach (var name in new[] { "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS" }) start.Environment.TryAdd(name, threads);
        var process = Process.Start(start)!;
        // Nobody reads it, and a full pipe would stop the rank.
        if (rank > 0) _ = process.StandardOutput.BaseStream.CopyToAsync(Stream.Null);
        return process;
    }

    private static void Terminate(Process process)
    {
        if (!process.HasExited) Process.Start("kill", ["-TERM", process.Id.ToString(CultureInfo.InvariantCulture)])?.Dispose();
    }
}
