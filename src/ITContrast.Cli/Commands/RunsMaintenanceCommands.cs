using System.CommandLine;
using System.Globalization;
using ITContrast.Experiments;
using ITContrast.Experiments.TensorBoard;
using ITContrast.Training;

namespace ITContrast.Cli.Commands;

/// <summary><c>itc runs compare | prune | export</c>.</summary>
internal static class RunsMaintenanceCommands
{
    public static Command Compare(Option<string?> folder, Option<bool> committed)
    {
        var first = new Argument<string>("a") { Description = "A run's hash or folder." };
        var second = new Argument<string>("b") { Description = "Another's, on the same data." };
        var command = new Command("compare", "Print what differs between two runs: options, and every metric with a paired interval over test concepts.")
        {
            first,
            second,
            folder,
            committed,
        };
        command.SetAction(parse =>
        {
            var store = RunsCommand.Store(parse.GetValue(folder), parse.GetValue(committed));
            RunResult a = RunResult.Read(store.Find(parse.GetValue(first)!)), b = RunResult.Read(store.Find(parse.GetValue(second)!));
            var comparison = RunComparison.Of(a, b);
            foreach (var (name, valueA, valueB) in comparison.Options) Console.WriteLine($"{name}: {valueA} against {valueB}");
            Console.WriteLine($"{"metric",-24} {"A − B",8}   95 % interval        p");
            foreach (var d in comparison.Differences)
                Console.WriteLine(
                    string.Create(CultureInfo.InvariantCulture, $"{d.Metric, -24} {d.Difference, 8:F1}   [{d.Low, 6:F1}, {d.High, 6:F1}]   {d.PValue, 6:F3}"));
            return 0;
        });
        return command;
    }

    public static Command Prune(Option<string?> folder)
    {
        var checkpoints = new Option<bool>("--checkpoints") { Description = "Checkpoints of finished runs: results stay, models are lost." };
        var unfinished = new Option<bool>("--unfinished") { Description = "Runs that are not finished and that no process holds." };
        var versions = new Option<bool>("--other-versions") { Description = "Runs whose numbers another version of this code computed." };
        var yes = new Option<bool>("--yes") { Description = "Delete; without it the plan is printed." };
        var command = new Command("prune", "Delete what no result needs; prints the plan unless --yes is given.")
        {
            checkpoints,
            unfinished,
            versions,
            yes,
            folder,
        };
        command.SetAction(parse =>
        {
            var what =
                (parse.GetValue(checkpoints) ? Prunable.Checkpoints : 0)
                | (parse.GetValue(unfinished) ? Prunable.Unfinished : 0)
                | (parse.GetValue(versions) ? Prunable.OtherVersions : 0);
            if (what == Prunable.None) throw new UserError("nothing to prune was named; give --checkpoints, --unfinished or --other-versions.");
            var plan = RunMaintenance.Plan(RunFolders.Store(parse.GetValue(folder)), what);
            foreach (var path in plan) Console.WriteLine(path);
            if (parse.GetValue(yes)) RunMaintenance.Delete(plan);
            else Console.Error.WriteLine($"itc: {plan.Count} files and folders; --yes deletes them.");
            return 0;
        });
        return command;
    }

    public static Command Export(Option<string?> folder, Option<bool> committed)
    {
        var names = new Argument<string[]>("run") { Description = "Hashes or folders; all runs when none is given.", Arity = ArgumentArity.ZeroOrMore };
        var format = new Option<string>("--format")
        {
            Description = "csv: one line a run; tensorboard: event files of the curves; results: run folders without checkpoints.",
            DefaultValueFactory = _ => "csv",
        };
        format.AcceptOnlyFromAmong("csv", "tensorboard", "results");
        var to = new Option<string?>("--to") { Description = "The folder that is written to (tensorboard, results); csv goes to the standard output." };
        var command = new Command("export", "Write runs for other programs.") { names, format, to, folder, committed };
        command.SetAction(parse =>
        {
            var store = RunsCommand.Store(parse.GetValue(folder), parse.GetValue(committed));
            IReadOnlyList<RunFolder> runs = parse.GetValue(names) is { Length: > 0 } given
                ? [.. given.Select(store.Find)]
                : [.. store.All().Where(run => run.IsFinished)];
            if (parse.GetValue(format) == "csv") WriteCsv(runs);
            else
            {
                var target = parse.GetValue(to) ?? throw new UserError("--to FOLDER says where the files go.");
                foreach (var run in runs)
                    Console.WriteLine(parse.GetValue(format) == "results" ? RunMaintenance.CopyResult(run, target).Path : TensorBoardExport.Write(run, target));
            }
            return 0;
        });
        return command;
    }

    private static void WriteCsv(IReadOnlyList<RunFolder> runs)
    {
        Console.WriteLine("run,system,seed,epochs,caption_r1,caption_r5,caption_r10,image_r1,image_r5,image_r10,rsum,val_rsum,cpu_seconds");
        foreach (var run in runs.Select(RunResult.Read))
        {
            var (c, i) = (run.Test.CaptionQuery, run.Test.ImageQuery);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{run.Folder.Name},{run.Config.System},{run.Config.Seed},{run.Config.Training.Epochs},{c.R1:F2},{c.R5:F2},{c.R10:F2},{i.R1:F2},{i.R5:F2},{i.R10:F2},{run.Test.RSum:F2},{run.Validation.RSum:F2},{run.Cost()?.ProcessorSeconds:F1}"
            ));
        }
    }
}
