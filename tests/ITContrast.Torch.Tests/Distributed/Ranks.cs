using System.Diagnostics;
using ITContrast.Torch.Tests.Files;

namespace ITContrast.Torch.Tests.Distributed;

/// <summary>Runs one explicit test of this executable as several processes, the ranks of a group on loopback.</summary>
internal static class Ranks
{
    // A guard for what never ends; nothing waits for it to pass.
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    public sealed record Result(int Rank, int ExitCode, string Output);

    /// <param name="program">A method of <see cref="RankPrograms"/>.</param>
    /// <param name="world">How many ranks the group has.</param>
    /// <param name="started">How many of them are started, from 0.</param>
    public static async Task<Result[]> Run(string program, int world, int? started = null)
    {
        int port = MeetingPort.Free();
        using TemporaryFolder folder = new();
        Process[] processes = [.. Enumerable.Range(0, started ?? world).Select(rank => Start(program, rank, world, port, folder.Path))];
        try
        {
            string[] outputs = await Task.WhenAll(processes.Select(process => process.StandardOutput.ReadToEndAsync())).WaitAsync(Patience);
            foreach (Process process in processes) await process.WaitForExitAsync();
            return [.. processes.Select((process, rank) => new Result(rank, process.ExitCode, outputs[rank]))];
        }
        finally
        {
            foreach (Process process in processes)
            {
                if (!process.HasExited) process.Kill();
                process.Dispose();
            }
        }
    }

    public static async Task AllPass(string program, int world, int? started = null)
    {
        foreach (Result result in await Run(program, world, started)) Passed(result);
    }

    // A run that finds no test of that name ends with 0 too.
    public static void Passed(Result result) =>
        Assert.True(result.ExitCode == 0 && result.Output.Contains("Total: 1, Errors: 0, Failed: 0, Skipped: 0"), $"rank {result.Rank}: {result.Output}");

    /// <param name="folder">Where the ranks tell each other how far they are.</param>
    /// <param name="master">Where rank 0 is.</param>
    /// <param name="within">A command that starts the process somewhere else, such as <c>ip netns exec NAME</c>.</param>
    public static Process Start(string program, int rank, int world, int port, string folder, string master = "127.0.0.1", params string[] within)
    {
        string[] command = [.. within, Path.Combine(AppContext.BaseDirectory, "ITContrast.Torch.Tests"),
            "-method", $"{typeof(RankPrograms).FullName}.{program}", "-explicit", "only", "-noColor"];
        var start = new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true };
        foreach ((string name, string value) in new[]
        {
            ("RANK", $"{rank}"), ("WORLD_SIZE", $"{world}"), ("LOCAL_RANK", $"{rank}"), ("MASTER_ADDR", master), ("MASTER_PORT", $"{port}"),
            (RankPrograms.Folder, folder), ("OMP_NUM_THREADS", "1"), ("OPENBLAS_NUM_THREADS", "1"),
        })
            start.Environment[name] = value;
        return Process.Start(start)!;
    }
}
