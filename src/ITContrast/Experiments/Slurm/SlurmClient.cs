using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace ITContrast.Experiments.Slurm;

/// <summary>The commands of Slurm that sweeps need: sbatch, squeue, scontrol, scancel. No accounting database is asked.</summary>
public static partial class SlurmClient
{
    /// <summary>Submits a script.</summary>
    /// <returns>The job's number.</returns>
    /// <exception cref="SlurmException">sbatch is missing or refused; its words are in the message.</exception>
    // --parsable prints NUMBER or NUMBER;CLUSTER.
    public static string Submit(string script, params IReadOnlyList<string> options) => Run("sbatch", ["--parsable", .. options, script]).Trim().Split(';')[0];

    /// <summary>The tasks of a name that wait or run, of all users.</summary>
    /// <exception cref="SlurmException">squeue is missing or fails.</exception>
    public static IReadOnlyList<SlurmTask> Queue(string jobName) =>
        [.. Run("squeue", ["--noheader", "--array", $"--name={jobName}", "--format=%F|%K|%T|%N|%L|%r"])
            .Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(ParseTask).OfType<SlurmTask>()];

    /// <summary>Asks the controller about a job or a task (<c>ARRAY_TASK</c>).</summary>
    /// <exception cref="SlurmException">The job is unknown.</exception>
    public static SlurmJob Show(string job) => ParseJob(Run("scontrol", ["--oneliner", "show", "job", job]), DateTime.Now);

    /// <summary>Puts a running task back into the queue; it ends at once.</summary>
    /// <exception cref="SlurmException">scontrol refused.</exception>
    public static void Requeue(string job) => Run("scontrol", ["requeue", job]);

    /// <summary>Takes the waiting tasks of a name out of the queue and tells the running ones to stop; they write their checkpoints first.</summary>
    /// <exception cref="SlurmException">scancel refused.</exception>
    public static void Cancel(string jobName)
    {
        Run("scancel", ["--quiet", $"--name={jobName}", "--state=PENDING"]);
        Run("scancel", ["--quiet", $"--name={jobName}", "--state=RUNNING", "--signal=TERM"]);
    }

    internal static SlurmTask? ParseTask(string line)
    {
        string[] parts = line.Split('|');
        if (parts.Length != 6 || !int.TryParse(parts[1], CultureInfo.InvariantCulture, out var task)) return null;
        return new(parts[0], task, parts[2], parts[3], parts[4], parts[5]);
    }

    internal static SlurmJob ParseJob(string text, DateTime now)
    {
        var state = StateField().Match(text);
        if (!state.Success) throw new SlurmException($"scontrol show job: expected JobState=…, found '{text.Trim()}'.");
        var end = EndField().Match(text);
        return new(
            state.Groups[1].Value,
            end.Success && DateTime.TryParse(end.Groups[1].Value, CultureInfo.InvariantCulture, out var time) ? (time - now).TotalSeconds : null);
    }

    private static string Run(string command, IReadOnlyList<string> arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(command, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            var errors = process.StandardError.ReadToEndAsync();
            var output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0
                ? output
                : throw new SlurmException($"{command} {string.Join(' ', arguments)}: exit code {process.ExitCode}: {errors.Result.Trim()}");
        }
        catch (Win32Exception error)
        {
            throw new SlurmException($"{command} is not on this machine's PATH. Start this where jobs are submitted: on a login node of the cluster.", error);
        }
    }

    [GeneratedRegex(@"\bJobState=(\w+)")]
    private static partial Regex StateField();

    [GeneratedRegex(@"\bEndTime=(\d{4}-\S+)")]
    private static partial Regex EndField();
}
