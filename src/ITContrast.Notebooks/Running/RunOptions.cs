using ITContrast.Notebooks.Session;

namespace ITContrast.Notebooks.Running;

/// <summary>How a notebook is run headless.</summary>
public sealed record RunOptions
{
    /// <summary>Where the executed notebook is saved, after every cell. Default: over the notebook itself.</summary>
    public string? Output { get; init; }

    /// <summary>Values for the cell tagged <c>parameters</c>, as text.</summary>
    public IReadOnlyDictionary<string, string> Parameters { get; init; } = new Dictionary<string, string>();

    /// <summary>How long a cell may run before it is cancelled. Default: without limit.</summary>
    public TimeSpan? CellTimeout { get; init; }

    /// <summary>How the worker is started. Its folder defaults to the notebook's.</summary>
    public SessionOptions Session { get; init; } = new();
}

/// <summary>Follows a run; called on the runner's task, one call at a time.</summary>
public interface IRunProgress
{
    /// <summary>A code cell begins. <paramref name="number"/> counts code cells from 1 to <paramref name="total"/>.</summary>
    void CellStarted(int number, int total, string title);

    /// <summary>The running cell printed a line or showed something.</summary>
    void CellSaid(string line);

    /// <summary>The running cell ended.</summary>
    void CellEnded(int number, int total, TimeSpan took, ExecuteStatus status);
}

/// <summary>How a run ended.</summary>
/// <param name="Notebook">The notebook with what was executed.</param>
/// <param name="OutputPath">Where it was saved.</param>
/// <param name="Failure">The first failed cell's result; null when all went well.</param>
/// <param name="FailedCell">The failed cell's position among all cells, from 1; 0 when all went well.</param>
/// <param name="Took">The time of the whole run.</param>
public sealed record RunResult(Format.NotebookFile Notebook, string OutputPath, ExecuteResult? Failure, int FailedCell, TimeSpan Took);
