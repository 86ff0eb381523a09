using System.Text;

namespace ITContrast.Experiments.Slurm;

/// <summary>The batch scripts of a sweep.</summary>
internal static class SlurmScript
{
    /// <summary>
    /// The script of a job array: every task works on its cells. The worker runs as a step, because warnings before a time limit and before making way for
    /// another job go to steps; the script itself outlives them, so that the worker's own end counts.
    /// </summary>
    public static string Array(Sweep sweep, SlurmSettings settings, string program)
    {
        var text = Head(sweep.JobName, sweep.File("logs/%A_%a.txt"), settings);
        text.Append($"""
            #SBATCH --requeue
            #SBATCH --signal=TERM@{settings.SignalSeconds}
            {Setup(settings)}
            trap : TERM
            srun --ntasks=1 --cpus-per-task={settings.Cpus} {Quoted(program)} ablate work {Quoted(sweep.Name)} "$SLURM_ARRAY_TASK_ID" --runs {Quoted(
                sweep.Store.Folder)} --signal-seconds {settings.SignalSeconds} --most-timeouts {settings.MostTimeouts} &
            worker=$!
            wait $worker
            code=$?
            while kill -0 $worker 2>/dev/null; do
                wait $worker
                code=$?
            done
            exit $code

            """);
        return text.ToString();
    }

    /// <summary>The script of the last task, which draws the report.</summary>
    public static string Report(Sweep sweep, SlurmSettings settings, string program)
    {
        var text = Head($"{sweep.JobName}-report", sweep.File("logs/report.txt"), settings);
        text.Append($"{Setup(settings)}\nexec {Quoted(program)} ablate report {Quoted(sweep.Name)} --runs {Quoted(sweep.Store.Folder)}\n");
        return text.ToString();
    }

    internal static StringBuilder Head(string name, string log, SlurmSettings settings)
    {
        StringBuilder text = new("#!/bin/bash\n");
        string[] options =
        [
            $"--job-name={name}", $"--output=\"{log}\"", "--open-mode=append", "--ntasks=1", $"--cpus-per-task={settings.Cpus}",
            .. Optional("partition", settings.Partition), .. Optional("account", settings.Account), .. Optional("gres", settings.Gres),
            .. Optional("time", settings.Time), .. Optional("mem", settings.Memory), .. settings.Options,
        ];
        foreach (var option in options) text.Append($"#SBATCH {option}\n");
        return text;
    }

    private static IEnumerable<string> Optional(string name, string? value) => value is null ? [] : [$"--{name}={value}"];

    // Torch's threads are part of a run's identity, so that they are those that were asked for and not what a machine happens to have.
    internal static string Setup(SlurmSettings settings) =>
        string.Join(
            '\n', [.. settings.Prologue, $"export OMP_NUM_THREADS={settings.Cpus} OPENBLAS_NUM_THREADS={settings.Cpus} MKL_NUM_THREADS={settings.Cpus}"]);

    internal static string Quoted(string text) => $"'{text.Replace("'", @"'\''", StringComparison.Ordinal)}'";
}
