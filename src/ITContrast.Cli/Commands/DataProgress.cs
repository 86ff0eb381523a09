using Spectre.Console;

namespace ITContrast.Cli.Commands;

/// <summary>Progress over rows: a bar in a terminal, nothing elsewhere (the result says how many rows there were).</summary>
internal static class DataProgress
{
    public static T Follow<T>(string what, Func<IProgress<(long Done, long Total)>?, T> work)
    {
        if (Console.IsOutputRedirected) return work(null);
        return AnsiConsole.Progress().AutoClear(true)
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new ElapsedTimeColumn(), new RemainingTimeColumn())
            .Start(context => work(new Bar(context.AddTask(Markup.Escape(what)))));
    }

    // Reports on the caller's thread, unlike Progress<T>, so that no report comes after the bar is gone.
    private sealed class Bar(ProgressTask task) : IProgress<(long Done, long Total)>
    {
        public void Report((long Done, long Total) value) => (task.MaxValue, task.Value) = (value.Total, value.Done);
    }
}
