using System.CommandLine;
using ITContrast.Data;
using ITContrast.Experiments;
using ITContrast.Notebooks.Running;

namespace ITContrast.Cli.Commands;

/// <summary>
/// <c>itc run</c>: the main job. Executes the headline notebook, whose training is the run, then reads the run's folder, prints the recalls
/// and where the report lies. A run that is there already is not computed again.
/// </summary>
internal static class RunCommand
{
    private const string Name = "01-first-run";

    public static Command Build()
    {
        var command = new Command("run", "Train and evaluate on the embedded data set, execute the headline notebook, write the report.");
        command.SetAction((_, cancel) => RunAsync(cancel));
        return command;
    }

    private static async Task<int> RunAsync(CancellationToken cancel)
    {
        RunStore store = RunFolders.Store(null);
        string report = Path.Combine(store.Folder, "report");
        Directory.CreateDirectory(report);
        string html = Path.Combine(report, Name + ".html");
        RunOptions options = new() { Output = Path.Combine(report, Name + ".ipynb") };
        int exit = await NotebookRunCommand.RunAsync(Path.Combine(Repository.Root, "notebooks", Name + ".ipynb"), options, html, cancel);
        if (exit != 0) return exit;
        RunConfig config = new();
        using PairDataset dataset = LightRun.OpenData(config);
        RecallText.Write(ITContrast.Experiments.RunResult.Read(store.Open(Experiment.Identity(config, dataset))).Test, "test, unseen concepts");
        return 0;
    }
}
