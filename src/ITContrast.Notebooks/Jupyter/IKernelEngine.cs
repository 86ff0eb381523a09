using System.Text.Json.Nodes;

namespace ITContrast.Notebooks.Jupyter;

/// <summary>What runs the cells behind a Jupyter kernel; one cell at a time.</summary>
public interface IKernelEngine : IAsyncDisposable
{
    /// <summary>Runs a cell.</summary>
    /// <param name="code">Its source.</param>
    /// <param name="executionCount">The number it is shown with.</param>
    /// <param name="front">Where its outputs go and its input comes from.</param>
    /// <returns>How it ended; a dead worker is a failure too, and the engine is usable afterwards.</returns>
    Task<CellOutcome> ExecuteAsync(string code, int executionCount, ICellFront front);

    /// <summary>Stops the running cell; returns at once, the cell's task ends when it has.</summary>
    Task InterruptAsync();

    /// <summary>Names that fit at a cursor.</summary>
    /// <param name="code">The cell's source.</param>
    /// <param name="cursor">A UTF-16 offset into it.</param>
    /// <returns>A <c>complete_reply</c>'s content, with UTF-16 offsets.</returns>
    Task<JsonObject> CompleteAsync(string code, int cursor);

    /// <summary>What the symbol at a cursor is.</summary>
    /// <param name="code">The cell's source.</param>
    /// <param name="cursor">A UTF-16 offset into it.</param>
    /// <param name="detail">0, or 1 for more.</param>
    /// <returns>An <c>inspect_reply</c>'s content.</returns>
    Task<JsonObject> InspectAsync(string code, int cursor, int detail);
}

/// <summary>Where a running cell's messages go.</summary>
public interface ICellFront
{
    /// <summary>
    /// Publishes an output: <c>stream</c>, <c>display_data</c>, <c>update_display_data</c>, <c>execute_result</c>, <c>error</c> or <c>clear_output</c>.
    /// </summary>
    /// <param name="type">The message type.</param>
    /// <param name="content">Its content as Jupyter's messaging protocol defines it.</param>
    void Publish(string type, JsonObject content);

    /// <summary>Whether the client can ask its user for input.</summary>
    bool TakesInput { get; }

    /// <summary>Asks the user for a line.</summary>
    /// <param name="prompt">What to ask.</param>
    /// <param name="password">Whether to hide what is typed.</param>
    /// <exception cref="OperationCanceledException">The cell was interrupted or ended first.</exception>
    Task<string> AskAsync(string prompt, bool password);
}

/// <summary>How a cell ended.</summary>
/// <param name="Succeeded">Whether it ran to its end.</param>
/// <param name="Name">Of the failure: the exception's type.</param>
/// <param name="Value">Of the failure: its message.</param>
/// <param name="Traceback">Of the failure: lines to print, possibly with ANSI colours.</param>
public sealed record CellOutcome(bool Succeeded, string Name = "", string Value = "", IReadOnlyList<string>? Traceback = null)
{
    /// <summary>A cell that ran to its end.</summary>
    public static readonly CellOutcome Ok = new(true);
}
