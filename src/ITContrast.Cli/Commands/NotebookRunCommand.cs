using System.CommandLine;
using ITContrast.Notebooks.Format;
using ITContrast.Notebooks.Report;
using ITContrast.Notebooks.Running;

namespace ITContrast.Cli.Commands;

/// <summary><c>itc notebook run</c>: executes a notebook's cells, saves it after every one, and writes its report.</summary>
internal static class NotebookRunCommand
{
    public static Command Build()
    {
        var notebook = new Argument<string>("notebook") { Description = "The .ipynb file." };
        var parameters = new Option<string[]>("-p", "--parameter") { Description = "name=value for the cell tagged 'parameters'; may be repeated." };
        var output = new Option<string?>("--out") { Description = "Where the executed notebook is saved (default: over the notebook itself)." };
        var html = new Option<string?>("--html") { Description = "Also write a self-contained HTML report here." };
        var timeout = new Option<double?>("--timeout") { Description = "Seconds that one cell may run (default: no limit)." };
        var command = new Command("run", "Execute notebooks headless.") { notebook, parameters, output, html, timeout };
        command.SetAction((parse, cancel) => RunAsync(parse.GetValue(notebook)!, new RunOptions
        {
            Output = parse.GetValue(output),
            Parameters = Pairs(parse.GetValue(parameters) ?? []),
            CellTimeout = parse.GetValue(timeout) is { } seconds ? Seconds(seconds) : null,
        }, parse.GetValue(html), cancel));
        return command;
    }

    /// <summary>Runs one notebook with progress on the console; also how <c>itc run</c> executes the headline notebook.</summary>
    /// <returns>0, or 1 when a cell failed.</returns>
    public static async Task<int> RunAsync(string path, RunOptions options, string? html, CancellationToken cancel)
    {
        var notebook = NotebookFile.Read(path);
        foreach (var note in notebook.Notes) Console.Error.WriteLine($"itc: {note}");
        var result = await NotebookProgress.FollowAsync(path, progress => new NotebookRunner(options, progress).RunAsync(notebook, cancel));
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

    private static TimeSpan Seconds(double seconds) =>
        seconds > 0 && seconds < 1e7 ? TimeSpan.FromSeconds(seconds) : throw new UserError($"--timeout {seconds} is not a time; give seconds above 0.");

    private static Dictionary<string, string> Pairs(string[] parameters)
    {
        var pairs = new Dictionary<string, string>();
        foreach (var parameter in parameters)
        {
            var at = parameter.IndexOf('=');
            if (at <= 0) throw new UserError($"-p {parameter} is no name=value; write for example -p epochs=3.");
            pairs[parameter[..at].Trim()] = parameter[(at + 1)..].Trim();
        }
        return pairs;
    }
}
