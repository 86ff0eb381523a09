using ITContrast.Notebooks.Running;
using ITContrast.Notebooks.Session;
using Spectre.Console;

namespace ITContrast.Cli.Commands;

/// <summary>A run on the console: a bar with the running cell and its last line in a terminal, a line a cell elsewhere.</summary>
internal static class NotebookProgress
{
    /// <summary>Runs <paramref name="run"/> with a progress display; notebooks that run beside others get lines.</summary>
    public static Task<T> FollowAsync<T>(string name, bool amongOthers, Func<IRunProgress, Task<T>> run) =>
        Console.IsOutputRedirected || amongOthers ? run(new Lines(name)) : Terminal(name, run);

    private static Task<T> Terminal<T>(string name, Func<IRunProgress, Task<T>> run) => AnsiConsole.Progress()
        .AutoClear(false)
        .Columns(
            new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(), new ElapsedTimeColumn(),
            new RemainingTimeColumn())
        .StartAsync(context => run(new Bar(context.AddTask(Markup.Escape(name)), name)));

    private sealed class Lines(string name) : IRunProgress
    {
        private string title = "";

        public void CellStarted(int number, int total, string cellTitle) => title = cellTitle;

        public void CellSaid(string line)
        {
            // A log needs no live display; the saved notebook holds every line.
        }

        public void CellEnded(int number, int total, TimeSpan took, ExecuteStatus status) =>
            Console.WriteLine(
                $"{Path.GetFileName(name)} {number}/{total} {(status == ExecuteStatus.Ok ? "ok" : status.ToString().ToLowerInvariant())} {took.TotalSeconds:F1} s  {title}"
            );
    }

    private sealed class Bar(ProgressTask task, string name) : IRunProgress
    {
        private const int Width = 48;
        private string title = "";

        public void CellStarted(int number, int total, string cellTitle)
        {
            task.MaxValue = total;
            task.Value = number - 1;
            title = $"{Path.GetFileName(name)} {number}/{total} {cellTitle}";
            Describe(title);
        }

        public void CellSaid(string line) => Describe($"{title}: {line}");

        public void CellEnded(int number, int total, TimeSpan took, ExecuteStatus status) => task.Value = number;

        private void Describe(string text) => task.Description = Markup.Escape((text.Length <= Width ? text : text[..(Width - 1)] + "…").PadRight(Width));
    }
}
