using System.CommandLine;
using ITContrast.Notebooks.Export;
using ITContrast.Notebooks.Format;
using ITContrast.Notebooks.Report;

namespace ITContrast.Cli.Commands;

/// <summary><c>itc notebook export</c>: a notebook, as it is, as a C# program or as a report; nothing is run.</summary>
internal static class NotebookExportCommand
{
    public static Command Build()
    {
        var notebook = new Argument<string>("notebook") { Description = "The .ipynb file." };
        var program = new Option<string?>("--cs") { Description = "Write a C# file in percent cells that 'dotnet run' takes." };
        var html = new Option<string?>("--html") { Description = "Write a self-contained HTML report of the outputs that the notebook holds." };
        var command = new Command("export", "Write a notebook as a C# program or as a report, without running it.") { notebook, program, html };
        command.SetAction(parse =>
        {
            var file = NotebookFile.Read(parse.GetValue(notebook)!);
            var (code, report) = (parse.GetValue(program), parse.GetValue(html));
            if (code is null && report is null) throw new UserError("say what to write: --cs FILE.cs or --html FILE.html.");
            if (code is not null) FileApp.Write(file, code, package => Project(package, code));
            if (report is not null) HtmlReport.Write(file, report);
            foreach (var path in new[] { code, report }.OfType<string>()) Console.WriteLine(path);
        });
        return command;
    }

    /// <summary>A package of this checkout is taken from its project: the twin then runs here without a feed.</summary>
    private static string? Project(string package, string program) =>
        Repository.Found is { } root && Path.Combine(root, "src", package) is var folder && File.Exists(Path.Combine(folder, package + ".csproj"))
            ? Path.GetRelativePath(Path.GetDirectoryName(Path.GetFullPath(program))!, folder)
            : null;
}
