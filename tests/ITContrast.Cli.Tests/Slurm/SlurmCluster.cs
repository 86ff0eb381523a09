using System.Diagnostics;

namespace ITContrast.Cli.Tests.Slurm;

/// <summary>
/// A Slurm of one machine, started by tests/slurm/cluster.sh for one test. SLURM_CONF, by which its commands find it, is the whole process's:
/// the classes that start one are of one collection, so that no two run at once.
/// </summary>
internal sealed class SlurmCluster : IDisposable
{
    /// <summary>The collection of the test classes that start one.</summary>
    public const string Collection = "Slurm's cluster";

    private static readonly string Script = Path.Combine(Root(), "tests", "slurm", "cluster.sh");
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("itc-slurm-");

    /// <summary>Starts it; this process's commands of Slurm reach it afterwards.</summary>
    public SlurmCluster()
    {
        var configuration = Run("bash", Script, "start", folder.FullName, "4").Trim();
        Environment.SetEnvironmentVariable("SLURM_CONF", configuration);
    }

    /// <summary>Why there can be none here; null where there can.</summary>
    public static string? Absent =>
        !OperatingSystem.IsLinux() || Environment.UserName != "root" ? "a Slurm of one's own needs root"
        : ((string[])["slurmctld", "slurmd", "munged", "sbatch", "squeue", "scontrol", "scancel", "srun"]).FirstOrDefault(tool => !IsThere(tool)) is { } tool
            ? $"{tool} is not installed (Debian: slurm-wlm, munge)"
        : null;

    /// <summary>Runs a command and gives what it printed; fails with what it printed on an exit code.</summary>
    public static string Run(string command, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(command, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        // The daemons keep the script's standard error open, so it is not read to its end.
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{command} {string.Join(' ', arguments)}: exit code {process.ExitCode}: {output}");
        return output;
    }

    public void Dispose()
    {
        Run("bash", Script, "stop", folder.FullName);
        Environment.SetEnvironmentVariable("SLURM_CONF", null);
        folder.Delete(true);
    }

    private static bool IsThere(string tool) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Append("/usr/sbin").Any(path => path.Length > 0 && File.Exists(Path.Combine(path, tool)));

    private static string Root()
    {
        var at = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(at!.FullName, "ITContrast.sln"))) at = at.Parent;
        return at.FullName;
    }
}
