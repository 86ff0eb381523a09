using System.CommandLine;

namespace ITContrast.Cli.Commands;

/// <summary><c>itc notebook</c>: run, check and export C# notebooks.</summary>
internal static class NotebookCommand
{
    public static Command Build() => new("notebook", "Run C# notebooks and render them as reports.")
    {
        NotebookRunCommand.Build(),
        NotebookCheckCommand.Build(),
        NotebookExportCommand.Build(),
    };
}
