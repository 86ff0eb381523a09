using System.CommandLine;
using ITContrast.Notebooks;
using ITContrast.Notebooks.Figures;
using ITContrast.Notebooks.Format;
using ITContrast.Notebooks.Report;
using ITContrast.Notebooks.Running;
using ITContrast.Notebooks.Session;

namespace ITContrast.Cli.Commands;

/// <summary><c>itc notebook run</c>: executes notebooks' cells, saves each after every cell, and writes reports.</summary>
internal static class NotebookRunCommand
{
    public static Command Build()
    {
        var notebooks = new Argument<string[]>("notebooks") { Description = "The .ipynb files.", Arity = ArgumentArity.OneOrMore };
        var parameters = NotebookOptions.Parameters();
        var output = new Option<string?>("--out")
        {
            Description = "Where the executed notebook is saved (default: over the notebook itself); a folder for several.",
        };
        var html = new Option<string?>("--html") { Description = "Also write a self-contained HTML report here; a folder for several notebooks." };
        var timeout = NotebookOptions.Timeout();
        var jobs = NotebookOptions.Jobs();
        var memory = NotebookOptions.Memory();
        var noStills = new Option<bool>("--no-stills") { Description = "Do not add PNG pictures of charts (they are added where a Chromium is installed)." };
        var command = new Command("run", "Execute notebooks headless, each in a process of its own.")
        {
            notebooks,
            parameters,
            output,
            html,
            timeout,
            jobs,
            memory,
            noStills,
        };
        command.SetAction(async (parse, cancel) =>
        {
            var paths = parse.GetValue(notebooks)!;
            var options = new RunOptions
            {
                Parameters = NotebookOptions.Pairs(parse.GetValue(parameters)),
                CellTimeout = NotebookOptions.Seconds(parse.GetValue(timeout)),
                Session = new SessionOptions { MemoryLimit = NotebookOptions.Bytes(parse.GetValue(memory), paths.Length, parse.GetValue(jobs)) },
            };
            var codes = await NotebookOptions.InParallel(paths, parse.GetValue(jobs), path => RunAsync(path,
                options with { Output = Place(parse.GetValue(output), path, ".ipynb", paths.Length) },
                Place(parse.GetValue(html), path, ".html", paths.Length), !parse.GetValue(noStills), paths.Length > 1, cancel), cancel);
            return codes.Max();
        });
        return command;
    }

    /// <summary>Runs one notebook with progress on the console, pictures of its charts included; how <c>itc run</c> executes the headline notebook.</summary>
    /// <returns>0, or 1 when a cell failed.</returns>
    public static Task<int> RunAsync(string path, RunOptions options, string? html, CancellationToken cancel) =>
        RunAsync(path, options, html, stills: true, amongOthers: false, cancel);

    private static async Task<int> RunAsync(string path, RunOptions options, string? html, bool stills, bool amongOthers, CancellationToken cancel)
    {
        var notebook = NotebookFile.Read(path);
        foreach (var note in notebook.Notes) Console.Error.WriteLine($"itc: {note}");
        RunResult result;
        try
        {
            result = await NotebookProgress.FollowAsync(path, amongOthers, progress => new NotebookRunner(options, progress).RunAsync(notebook, cancel));
        }
        catch (OperationCanceledException)
        {
            Console.Error.WriteLine($"{path}: cancelled; the outputs up to there are saved in {options.Output ?? path}.");
            throw;
        }
        if (stills && Chromium.Find() is not null) await EmbedStills(result, cancel);
        if (html is not null)
        {
            HtmlReport.Write(result.Notebook, html);
            Console.WriteLine($"report: {html}");
        }
        if (result.Failure is not { } failure)
        {
            Console.WriteLine($"{path}: done in {result.Took.TotalSeconds:F1} s, saved as {result.OutputPath}");
            return 0;
        }
        Console.Error.WriteLine($"{path}, cell {result.FailedCell} [{failure.ExecutionCount}]: {failure.ErrorName}: {failure.ErrorValue}");
        foreach (var line in failure.Traceback ?? []) Console.Error.WriteLine($"  {line}");
        Console.Error.WriteLine($"The outputs up to there are saved in {result.OutputPath}.");
        return 1;
    }

    // The pictures are an extra for viewers without scripts: a browser that fails must not fail the run.
    private static async Task EmbedStills(RunResult result, CancellationToken cancel)
    {
        try
        {
            if (await FigureImages.EmbedAsync(result.Notebook, cancel) > 0) result.Notebook.Write(result.OutputPath);
        }
        catch (NotebookException e)
        {
            Console.Error.WriteLine($"itc: no pictures of charts were added: {e.Message}");
        }
    }

    private static string? Place(string? given, string path, string extension, int count)
    {
        if (given is null || count == 1 && !Directory.Exists(given)) return given;
        Directory.CreateDirectory(given);
        return Path.Combine(given, Path.GetFileNameWithoutExtension(path) + extension);
    }
}
