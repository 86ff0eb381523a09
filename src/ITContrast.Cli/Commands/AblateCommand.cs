using System.CommandLine;
using ITContrast.Experiments;
using ITContrast.Experiments.Ablation;

namespace ITContrast.Cli.Commands;

/// <summary><c>itc ablate GRID</c>: computes the cells that the run store lacks, then prints the table with corrected intervals.</summary>
internal static class AblateCommand
{
    public static Command Build()
    {
        var grid = new Argument<string>("grid") { Description = $"The grid: {string.Join(", ", Grids.Names)}.", DefaultValueFactory = _ => "small" };
        var seeds = new Option<int>("--seeds") { Description = "Seeds of every row.", DefaultValueFactory = _ => 3 };
        var scenes = new Option<bool>("--scenes") { Description = "On the synthetic scenes in place of pictocap." };
        var epochs = new Option<int?>("--epochs") { Description = "Epochs of every run (default: the grid's)." };
        var processes = new Option<int>("--procs")
        {
            Description = "Processes at once, which share the cores; 1 computes in this process.",
            DefaultValueFactory = _ => Environment.ProcessorCount,
        };
        var dry = new Option<bool>("--dry-run") { Description = "Say how many runs are missing and about how long they take, and compute nothing." };
        var format = new Option<string>("--format") { Description = "markdown, csv or latex.", DefaultValueFactory = _ => "markdown" };
        format.AcceptOnlyFromAmong("markdown", "csv", "latex");
        var runs = new Option<string?>("--runs") { Description = "The folder that runs are kept in (default: runs in the checkout)." };
        var (on, settings, name, wait) = (AblateQueue.On(), AblateQueue.Settings(), AblateQueue.Name(), AblateQueue.Wait());
        var command = new Command("ablate", "Run an ablation of ITContrast; finished cells are never computed again, interrupted ones resume.")
        {
            grid,
            seeds,
            scenes,
            epochs,
            processes,
            dry,
            format,
            runs,
            on,
            settings,
            name,
            wait,
        };
        foreach (var queued in AblateQueue.Commands()) command.Add(queued);
        command.SetAction((parse, cancel) =>
        {
            if (parse.GetValue(seeds) < 1) throw new UserError($"--seeds {parse.GetValue(seeds)} computes nothing; give 1 or more.");
            if (parse.GetValue(epochs) is < 1) throw new UserError($"--epochs {parse.GetValue(epochs)} trains nothing; give 1 or more.");
            var (ablation, store) = (
                Grids.ByName(parse.GetValue(grid)!, parse.GetValue(seeds), parse.GetValue(scenes), parse.GetValue(epochs)),
                RunFolders.Store(parse.GetValue(runs)));
            var count = parse.GetValue(processes);
            if (count < 1) throw new UserError($"--procs {count} computes nothing; give 1 or more.");
            if (parse.GetValue(dry)) return Task.FromResult(AblateEstimate.Write(ablation, store, count));
            return parse.GetValue(on) == "slurm"
                ? AblateQueue.SubmitAsync(
                    ablation, store, parse.GetValue(name) ?? parse.GetValue(grid)!, parse.GetValue(settings), parse.GetValue(wait), cancel)
                : RunAsync(ablation, parse.GetValue(grid) is "tune" or "systems-tune" or "forms-tune", store, count, parse.GetValue(format)!, cancel);
        });
        return command;
    }

    private static async Task<int> RunAsync(Ablation ablation, bool tuning, RunStore store, int processes, string format, CancellationToken cancel)
    {
        var missing = ablation.Missing(store);
        Console.Error.WriteLine($"itc: {ablation.Cells.Count - missing.Count} of {ablation.Cells.Count} runs are stored");
        if (missing.Count > 0)
        {
            // Processes that start together must not each extract the regions.
            if (ablation.Baseline.Config is { Heads: not null, Data: null }) StoredFeatures.Ensure(ablation.Baseline.Config, store, cancellation: cancel);
            IAblationExecutor executor = processes == 1 ? new SerialExecutor() : new LocalExecutor([Environment.ProcessPath!], processes);
            var cells = await executor.RunAsync(missing, store, new Lines(missing.Count), cancel);
            var failed = cells.Where(cell => cell.State == CellState.Failed).ToList();
            foreach (var cell in failed) Console.Error.WriteLine($"itc: the cell of seed {cell.Config.Seed} failed:\n{cell.Message}");
            if (failed.Count > 0) return 1;
        }
        if (tuning)
        {
            Console.Write(TuningTable.Read(ablation, store).ToMarkdown());
            return 0;
        }
        var table = AblationTable.Read(ablation, store);
        Console.Write(format switch { "csv" => table.ToCsv(), "latex" => table.ToLatex(), _ => table.ToMarkdown() });
        return 0;
    }

    private sealed class Lines(int total) : IProgress<Cell>
    {
        private int done;

        public void Report(Cell cell)
        {
            if (cell.State is not (CellState.Done or CellState.Failed)) return;
            Console.Error.WriteLine($"itc: {Interlocked.Increment(ref done)} of {total} cells, the last one {cell.State.ToString().ToLowerInvariant()}");
        }
    }
}
