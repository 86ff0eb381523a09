using System.CommandLine;
using System.Globalization;
using ITContrast.Experiments;
using ITContrast.Training;

namespace ITContrast.Cli.Commands;

/// <summary><c>itc runs</c>: lists, shows, compares, prunes and exports runs.</summary>
internal static class RunsCommand
{
    public static Command Build()
    {
        var folder = new Option<string?>("--runs") { Description = "The folder of runs (default: runs in the checkout)." };
        var committed = new Option<bool>("--committed") { Description = "The runs that the checkout carries, data/runs." };
        var name = new Argument<string>("run") { Description = "The beginning of the run's hash, or its folder." };
        var show = new Command("show", "Print a run's configuration and recalls.") { name, folder, committed };
        show.SetAction(parse => Show(Store(parse.GetValue(folder), parse.GetValue(committed)).Find(parse.GetValue(name)!)));
        var command = new Command("runs", "List the runs that were computed.") { folder, committed };
        var list = new Command("list", "List the runs that were computed.") { folder, committed };
        list.SetAction(parse => List(Store(parse.GetValue(folder), parse.GetValue(committed))));
        foreach (
            var part in new[]
            {
                list,
                show,
                RunsMaintenanceCommands.Compare(folder, committed),
                RunsMaintenanceCommands.Prune(folder),
                RunsMaintenanceCommands.Export(folder, committed),
            })
            command.Add(part);
        command.SetAction(parse => List(Store(parse.GetValue(folder), parse.GetValue(committed))));
        return command;
    }

    internal static RunStore Store(string? folder, bool committed) => committed ? RunFolders.Committed() : RunFolders.Store(folder);

    private static int List(RunStore store)
    {
        Console.WriteLine($"{"run",-17} {"system",-18} {"seed",5} {"epochs",6}  {"c→i R@1",8} {"R@10",6}  {"i→c R@1",8} {"R@10",6}  {"rsum",6}");
        foreach (RunFolder folder in store.All()) Console.WriteLine(Line(folder));
        return 0;
    }

    private static string Line(RunFolder folder)
    {
        if (!folder.IsFinished) return $"{folder.Name,-17} unfinished; the command that started it resumes it";
        RunResult run = RunResult.Read(folder);
        string version = run.Version == ResultsVersion.Current ? "" : $"  results version {run.Version}, this code is at {ResultsVersion.Current}";
        return string.Create(CultureInfo.InvariantCulture,
            $"{folder.Name, -17} {run.Config.System, -18} {run.Config.Seed, 5} {run.Config.Training.Epochs, 6}  {run.Test.CaptionQuery.R1, 8:F1} {run.Test.CaptionQuery.R10, 6:F1}  {run.Test.ImageQuery.R1, 8:F1} {run.Test.ImageQuery.R10, 6:F1}  {run.Test.RSum, 6:F1}{version}"
        );
    }

    private static int Show(RunFolder folder)
    {
        Console.WriteLine(RunFolder.Read(folder.ConfigPath).ToJsonString(new() { WriteIndented = true }));
        if (folder.IsFinished) RecallText.Write(RunResult.Read(folder).Test, "test");
        else Console.WriteLine("unfinished; the command that started it resumes it");
        return 0;
    }
}
