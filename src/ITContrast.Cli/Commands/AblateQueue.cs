using System.CommandLine;
using System.Globalization;
using ITContrast.Experiments;
using ITContrast.Experiments.Ablation;
using ITContrast.Experiments.Slurm;
using ITContrast.Torch;

namespace ITContrast.Cli.Commands;

/// <summary>
/// Ablations in a cluster's queue: <c>itc ablate GRID --on slurm</c>, <c>itc ablate status</c>, <c>cancel</c>, <c>report</c>, and <c>work</c>, which the
/// cluster calls.
/// </summary>
internal static class AblateQueue
{
    public static Option<string> On()
    {
        var on = new Option<string>("--on") { Description = "local, or slurm: a job array on the cluster.", DefaultValueFactory = _ => "local" };
        on.AcceptOnlyFromAmong("local", "slurm");
        return on;
    }

    public static Option<string?> Settings() =>
        new("--settings")
        {
            Description =
                "With --on slurm: a JSON file with partition, account, gres, time, memory, cpus, atOnce, cellsPerTask, signalSeconds, mostTimeouts, prologue, options.",
        };

    public static Option<string?> Name() => new("--name") { Description = "With --on slurm: the sweep's name (default: the grid's)." };

    public static Option<bool> Wait() => new("--wait") { Description = "With --on slurm: wait until the queue is empty, then print the report." };

    public static IEnumerable<Command> Commands() =>
    [
        Over("status", "Show the cells of a sweep: states, hosts, time left, time-outs and pre-emptions.", sweep =>
        {
            Console.Write(SweepStatus.Of(sweep).ToText());
            return 0;
        }),
        Over("cancel", "Take a sweep out of the queue; running cells write their checkpoints first, and submitting again resumes them.", sweep =>
        {
            new SlurmExecutor(sweep.Name, Environment.ProcessPath!, new()).Cancel(sweep.Store);
            Console.WriteLine($"{sweep.Name}: cancelled; the same ablate command resumes it");
            return 0;
        }),
        Over("report", "Draw the report of a sweep from what is done.", sweep =>
        {
            var report = SweepReport.Draw(SweepStatus.Of(sweep));
            AtomicFile.WriteText(sweep.ReportPath, report);
            Console.Write(report);
            return 0;
        }),
        Work(),
    ];

    /// <summary>Submits, and prints how the cells stand.</summary>
    public static async Task<int> SubmitAsync(Ablation ablation, RunStore store, string name, string? settings, bool wait, CancellationToken cancel)
    {
        try
        {
            var executor = new SlurmExecutor(name, Environment.ProcessPath!, settings is null ? new() : SlurmSettings.Read(settings));
            var status = executor.Submit(ablation, store);
            Console.Write(status.ToText());
            if (!wait) return 0;
            var cells = await executor.WaitAsync(store, null, cancel);
            Console.Write(SweepReport.Draw(executor.Poll(store)));
            return cells.All(cell => cell.State == CellState.Done) ? 0 : 1;
        }
        catch (SlurmException error)
        {
            throw new UserError(error.Message);
        }
    }

    private static Command Over(string name, string description, Func<Sweep, int> action)
    {
        var sweep = new Argument<string?>("sweep") { Description = "The sweep's name (default: the only one).", Arity = ArgumentArity.ZeroOrOne };
        var runs = new Option<string?>("--runs") { Description = "The folder that runs are kept in (default: runs in the checkout)." };
        var command = new Command(name, description) { sweep, runs };
        command.SetAction(parse =>
        {
            try
            {
                return action(Find(RunFolders.Store(parse.GetValue(runs)), parse.GetValue(sweep)));
            }
            catch (SlurmException error)
            {
                throw new UserError(error.Message);
            }
        });
        return command;
    }

    private static Command Work()
    {
        var sweep = new Argument<string>("sweep");
        var task = new Argument<int>("task");
        var runs = new Option<string?>("--runs");
        var signal = new Option<int>("--signal-seconds") { DefaultValueFactory = _ => new SlurmSettings().SignalSeconds };
        var most = new Option<int>("--most-timeouts") { DefaultValueFactory = _ => new SlurmSettings().MostTimeouts };
        var command = new Command("work", "Compute the cells of one task; the cluster calls this.") { sweep, task, runs, signal, most };
        command.Hidden = true;
        command.SetAction((parse, stop) =>
        {
            var number = parse.GetValue(task);
            var array =
                Environment.GetEnvironmentVariable("SLURM_ARRAY_JOB_ID")
                ?? throw new UserError(
                    "SLURM_ARRAY_JOB_ID is not set: this is what a task of a job array does. Submit one with: ./itc ablate GRID --on slurm");
            var worker = new SlurmWorker(Sweep.Open(RunFolders.Store(parse.GetValue(runs)), parse.GetValue(sweep)!), [Environment.ProcessPath!],
                string.Create(CultureInfo.InvariantCulture, $"{array}_{number}"), parse.GetValue(signal), parse.GetValue(most)) { Log = Console.WriteLine };
            // On a thread of its own: a signal that comes while the command has not returned its task ends the process at once.
            return Task.Run(() => worker.RunAsync(number, stop), CancellationToken.None);
        });
        return command;
    }

    private static Sweep Find(RunStore store, string? name)
    {
        if (name is not null) return Sweep.Open(store, name);
        var names = Sweep.Names(store);
        return names.Count == 1
            ? Sweep.Open(store, names[0])
            : throw new UserError($"{store.Folder} holds {names.Count} sweeps{(names.Count == 0 ? "" : $" ({string.Join(", ", names)})")}; name one.");
    }
}
