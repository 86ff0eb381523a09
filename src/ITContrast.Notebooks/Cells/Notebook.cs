namespace ITContrast.Notebooks.Cells;

/// <summary>What a cell may ask of the notebook that runs it.</summary>
public static class Notebook
{
    private static CancellationToken cancellation;

    /// <summary>Cancelled when the user stops the running cell. Pass it to long work: training and evaluation take one.</summary>
    public static CancellationToken Cancellation => cancellation;

    /// <summary>The folder that relative paths start from.</summary>
    public static string Folder => Environment.CurrentDirectory;

    /// <summary>Waits; ends at once with <see cref="OperationCanceledException"/> when the cell is cancelled.</summary>
    public static Task Delay(TimeSpan duration) => Task.Delay(duration, cancellation);

    internal static void Begin(CancellationToken token) => cancellation = token;
}
