using System.Diagnostics;
using ITContrast.Torch.Tests.Files;

namespace ITContrast.Torch.Tests.Distributed;

/// <summary>Two network namespaces, joined by one link, stand for two hosts; the link is cut while the ranks compute.</summary>
public sealed class CutLinkTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly string first = $"itc{Environment.ProcessId}a", second = $"itc{Environment.ProcessId}b";

    public void Dispose()
    {
        Run("ip", "netns", "del", first);
        Run("ip", "netns", "del", second);
        folder.Dispose();
    }

    [Fact]
    public async Task Both_sides_name_the_rank_and_host_that_they_lost()
    {
        Assert.SkipUnless(
            ProcessGroup.IsAvailable,
            "no process groups: TorchSharp's packages have none, and the shim of another libtorch needs Gloo (Debian: libgloo-dev)");
        Assert.SkipUnless(OperatingSystem.IsLinux() && MakeHosts(), "network namespaces need root and iproute2");
        Process[] ranks =
        [
            .. new[] { first, second }.Select(
                (name, rank) =>
                    Ranks.Start(
                        nameof(RankPrograms.A_cut_link_is_named),
                        rank,
                        2,
                        29500,
                        folder.Path,
                        "10.213.0.1",
            "ip", "netns", "exec", name, "unshare", "--uts", "sh", "-c", $"hostname host-{rank} && exec \"$0\" \"$@\""))];
        Task<string>[] outputs = [.. ranks.Select(process => process.StandardOutput.ReadToEndAsync())];
        try
        {
            var patience = Stopwatch.StartNew();
            while (Directory.GetFiles(folder.Path).Length < 2 && patience.Elapsed < Ranks.Patience && ranks.All(process => !process.HasExited))
                await Task.Delay(20, TestContext.Current.CancellationToken);
            Assert.True(Run("ip", "-n", first, "link", "set", "wire", "down"));
            for (int rank = 0; rank < 2; rank++)
            {
                Assert.True(ranks[rank].WaitForExit(Ranks.Patience), $"rank {rank} does not end");
                Ranks.Passed(new Ranks.Result(rank, ranks[rank].ExitCode, await outputs[rank]));
            }
        }
        finally
        {
            foreach (Process process in ranks)
            {
                if (!process.HasExited) process.Kill(entireProcessTree: true);
                process.Dispose();
            }
        }
    }

    private bool MakeHosts() =>
        Run("ip", "netns", "add", first) && Run("ip", "netns", "add", second)
        && Run("ip", "link", "add", "wire", "netns", first, "type", "veth", "peer", "name", "wire", "netns", second)
        && Run("ip", "-n", first, "addr", "add", "10.213.0.1/24", "dev", "wire") && Run("ip", "-n", second, "addr", "add", "10.213.0.2/24", "dev", "wire")
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
