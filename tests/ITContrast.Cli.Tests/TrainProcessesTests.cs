using System.Diagnostics;
using System.Globalization;
using ITContrast.Torch;

namespace ITContrast.Cli.Tests;

/// <summary>
/// Training in several processes from the command line: two ranks end as one, a killed rank and a cut link are named, and the last checkpoint is whole.
/// </summary>
public sealed class TrainProcessesTests : IDisposable
{
    private const string Backbone =
        """ "WordNet": false, "Backbone": { "Dimension": 16, "Hidden": 16, "Whitened": 16, "WordDimension": 16, "StateDimension": 8 } """;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);
    private static readonly string Itc = Path.Combine(AppContext.BaseDirectory, "itc");
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("itc-procs-");
    private readonly string first = $"itp{Environment.ProcessId}a", second = $"itp{Environment.ProcessId}b";

    public void Dispose() => folder.Delete(true);

    private string Config(int epochs)
    {
        var path = Path.Combine(folder.FullName, $"config{epochs}.json");
        File.WriteAllText(
            path, $$"""{ "System": "light", {{Backbone}}, "Training": { "Epochs": {{epochs}}, "BatchSize": 32, "Split": "val", "CheckpointSteps": 2 } }""");
        return path;
    }

    private string Runs => Path.Combine(folder.FullName, "runs");

    private static void NeedGloo() =>
        Assert.SkipUnless(
            ProcessGroup.IsAvailable,
            "no process groups: TorchSharp's packages have none, and the shim of another libtorch needs Gloo (Debian: libgloo-dev)");

    [Fact]
    public async Task A_killed_rank_is_named_and_one_process_goes_on_from_the_last_checkpoint()
    {
        NeedGloo();
        using var launcher = Start([Itc], "train", "--config", Config(20_000), "--runs", Runs, "--procs", "2", "--rank-timeout", "100");
        var (output, errors) = (
            launcher.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken),
            launcher.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
        await Until(() => Step() > 0, launcher, "the first checkpoint");
        Process.Start("kill", ["-KILL", $"{RankOf(launcher.Id, 1)}"]).WaitForExit();
        await launcher.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Patience, TestContext.Current.CancellationToken);
        Assert.Equal(1, launcher.ExitCode);
        Assert.Contains($"rank 1 on host {System.Net.Dns.GetHostName()}", await errors);
        Assert.Contains("step 1/", await output);
        var step = Step();
        Assert.True(step > 0);

        // The number of processes is no part of a run's name, the parts are: one process goes on with the two parts, until it is told to stop.
        using var alone = Start([Itc], "train", "--config", Config(20_000), "--runs", Runs, "--parts", "2");
        _ = alone.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await Until(() => Step() > step, alone, "a checkpoint of the one that goes on");
        Process.Start("kill", ["-TERM", $"{alone.Id}"]).WaitForExit();
        await alone.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Patience, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Two_processes_end_with_the_recalls_of_one_to_rounding()
    {
        NeedGloo();
        foreach (var (store, options) in new[] { ("two", new[] { "--procs", "2" }), ("one", ["--parts", "2"]) })
        {
            using var process = Start([Itc], ["train", "--config", Config(3), "--runs", Path.Combine(folder.FullName, store), .. options]);
            var (output, errors) = (
                process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken),
                process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
            await process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Patience, TestContext.Current.CancellationToken);
            Assert.True(process.ExitCode == 0, $"{await output}\n{await errors}");
        }
        var runs = new[] { "two", "one" }.Select(store => Assert.Single(Directory.GetDirectories(Path.Combine(folder.FullName, store)))).ToArray();
        Assert.Equal(Path.GetFileName(runs[0]), Path.GetFileName(runs[1]));
        double[][] losses =
        [
            .. runs.Select(run =>
                File.ReadLines(Path.Combine(run, "metrics.jsonl"))
                    .Select(line => (double?)System.Text.Json.Nodes.JsonNode.Parse(line)!["loss"])
                    .OfType<double>()
                    .ToArray()),
        ];
        Assert.Equal(9, losses[0].Length);
        for (var i = 0; i < 9; i++) Assert.Equal(losses[1][i], losses[0][i], 1e-3);
        Assert.All(runs, run => Assert.True(File.Exists(Path.Combine(run, "result.json"))));
    }

    [Fact]
    public async Task A_cut_link_ends_both_hosts_which_name_each_other()
    {
        NeedGloo();
        Assert.SkipUnless(OperatingSystem.IsLinux() && MakeHosts(), "network namespaces need root and iproute2");
        Process[] ranks = [.. new[] { first, second }.Select((host, rank) => Start(
            [
                "ip", "netns", "exec", host, "unshare", "--uts", "sh", "-c", $"hostname host-{rank} && exec \"$0\" \"$@\"", "env", $"RANK={rank}",
                "WORLD_SIZE=2", $"LOCAL_RANK={rank}", "MASTER_ADDR=10.214.0.1", "MASTER_PORT=29501", Itc,
            ],
            "train", "--config", Config(20_000), "--runs", Runs, "--rank-timeout", "40"))];
        try
        {
            _ = ranks.Select(rank => rank.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken)).ToArray();
            var errors = ranks.Select(rank => rank.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken)).ToArray();
            await Until(() => Step() > 0, ranks[0], "the first checkpoint");
            Assert.True(Run("ip", "-n", first, "link", "set", "wire", "down"));
            for (var rank = 0; rank < 2; rank++)
            {
                await ranks[rank].WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Patience, TestContext.Current.CancellationToken);
                Assert.Equal(1, ranks[rank].ExitCode);
                Assert.Contains($"rank {1 - rank} on host host-{1 - rank}", await errors[rank]);
            }
            Assert.True(Step() > 0);
        }
        finally
        {
            foreach (var rank in ranks)
            {
                if (!rank.HasExited) rank.Kill(entireProcessTree: true);
                rank.Dispose();
            }
            Run("ip", "netns", "del", first);
            Run("ip", "netns", "del", second);
        }
    }

    [Theory]
    [InlineData(new[] { "--parts", "3" }, "does not divide into 3 parts")]
    public async Task What_does_not_divide_is_refused_in_one_line(string[] options, string why)
    {
        using var process = Start([Itc], ["train", "--config", Config(1), "--runs", Runs, .. options]);
        _ = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var errors = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(2, process.ExitCode);
        Assert.Contains(why, errors);
    }

    private int Step() => StoredSteps.In(Runs);

    private static int RankOf(int launcher, int rank) =>
        Directory
            .GetDirectories("/proc")
            .Select(Path.GetFileName)
            .Where(name => int.TryParse(name, out _))
            .Select(name => int.Parse(name!, CultureInfo.InvariantCulture))
            .Single(id => ParentOf(id) == launcher && Read($"/proc/{id}/environ").Split('\0').Contains($"RANK={rank}"));

    // /proc/ID/stat: ID (NAME) STATE PARENT …
    private static int ParentOf(int process) =>
        Read($"/proc/{process}/stat").Split(") ").Last().Split(' ') is [_, var parent, ..] ? int.Parse(parent, CultureInfo.InvariantCulture) : -1;

    private static string Read(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (IOException)
        {
            return "";
        }
    }

    private static Process Start(string[] command, params string[] arguments)
    {
        var start = new ProcessStartInfo(command[0], [.. command.Skip(1), .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var name in new[] { "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS" }) start.Environment[name] = "1";
        return Process.Start(start)!;
    }

    private static async Task Until(Func<bool> holds, Process process, string what)
    {
        for (var (clock, ended) = (Stopwatch.StartNew(), false); !holds(); await Task.Delay(100, TestContext.Current.CancellationToken))
        {
            Assert.True(
                clock.Elapsed < Patience && !ended,
                $"waited {clock.Elapsed.TotalSeconds:F0} s for {what}{(ended ? $"; the process ended with {process.ExitCode}" : "")}");
            // Looked at before what it did last.
            ended = process.HasExited;
        }
    }

    private bool MakeHosts() =>
        Run("ip", "netns", "add", first) && Run("ip", "netns", "add", second)
        && Run("ip", "link", "add", "wire", "netns", first, "type", "veth", "peer", "name", "wire", "netns", second)
        && Run("ip", "-n", first, "addr", "add", "10.214.0.1/24", "dev", "wire") && Run("ip", "-n", second, "addr", "add", "10.214.0.2/24", "dev", "wire")
        && new[] { first, second }.All(name => Run("ip", "-n", name, "link", "set", "wire", "up") && Run("ip", "-n", name, "link", "set", "lo", "up"));

    private static bool Run(string command, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(command, arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
