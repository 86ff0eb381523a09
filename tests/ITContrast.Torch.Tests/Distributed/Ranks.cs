using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace ITContrast.Torch.Tests.Distributed;

/// <summary>Runs one explicit test of this executable as several processes, the ranks of a group on loopback.</summary>
internal static class Ranks
{
    public sealed record Result(int Rank, int ExitCode, string Output);

    /// <param name="program">A method of <see cref="RankPrograms"/>.</param>
    /// <param name="world">How many ranks the group has.</param>
    /// <param name="started">How many of them are started, from 0.</param>
    public static Result[] Run(string program, int world, int? started = null)
    {
        int port = FreePort();
        Process[] processes = [.. Enumerable.Range(0, started ?? world).Select(rank => Start(program, rank, world, port))];
        Task<string>[] outputs = [.. processes.Select(process => process.StandardOutput.ReadToEndAsync())];
        try
        {
            foreach (Process process in processes) Assert.True(process.WaitForExit(TimeSpan.FromSeconds(100)), $"{program}: a rank does not end.");
            return [.. processes.Select((process, rank) => new Result(rank, process.ExitCode, outputs[rank].Result))];
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

    public static void AllPass(string program, int world)
    {
        foreach (Result result in Run(program, world)) Passed(result);
    }

    // A run that finds no test of that name ends with 0 too.
    public static void Passed(Result result) =>
        Assert.True(result.ExitCode == 0 && result.Output.Contains("Total: 1, Errors: 0, Failed: 0, Skipped: 0"), $"rank {result.Rank}: {result.Output}");

    private static Process Start(string program, int rank, int world, int port)
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "ITContrast.Torch.Tests"),
            ["-method", $"{typeof(RankPrograms).FullName}.{program}", "-explicit", "only", "-noColor"])
        { RedirectStandardOutput = true };
        foreach ((string name, string value) in new[]
        {
            ("RANK", $"{rank}"), ("WORLD_SIZE", $"{world}"), ("LOCAL_RANK", $"{rank}"), ("MASTER_ADDR", "127.0.0.1"), ("MASTER_PORT", $"{port}"),
            ("OMP_NUM_THREADS", "1"), ("OPENBLAS_NUM_THREADS", "1"),
        })
            start.Environment[name] = value;
        return Process.Start(start)!;
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
