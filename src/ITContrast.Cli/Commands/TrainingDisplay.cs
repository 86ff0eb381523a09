using System.Globalization;
using ITContrast.Training;
using Spectre.Console;

namespace ITContrast.Cli.Commands;

/// <summary>Training on the console: a bar with rate and time left in a terminal, a line an epoch elsewhere.</summary>
internal static class TrainingDisplay
{
    /// <summary>Runs <paramref name="train"/> with a progress display.</summary>
    public static T Follow<T>(string name, Func<IProgress<TrainingProgress>, T> train)
    {
        if (Console.IsOutputRedirected) return train(new Lines());
        return AnsiConsole.Progress()
            .AutoClear(false)
            .Columns(
                new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(), new ElapsedTimeColumn(),
                new RemainingTimeColumn())
            .Start(context => train(new Bar(context.AddTask(Markup.Escape(name)), name)));
    }

    private static string Text(TrainingProgress at) => string.Create(CultureInfo.InvariantCulture,
        $"step {at.Step}/{at.Steps} loss {at.Loss:F3}{(at.Validation is { } rsum ? $" val rsum {rsum:F1}" : "")}");

    private sealed class Lines : IProgress<TrainingProgress>
    {
        private int epoch = -1;

        public void Report(TrainingProgress value)
        {
            if (value.Epoch == epoch && value.Step < value.Steps) return;
            epoch = value.Epoch;
            Console.WriteLine($"epoch {epoch + 1}: {Text(value)}");
        }
    }

    private sealed class Bar(ProgressTask task, string name) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            task.MaxValue = value.Steps;
            task.Value = value.Step;
            task.Description = Markup.Escape($"{name}: {Text(value)}");
        }
    }
}
