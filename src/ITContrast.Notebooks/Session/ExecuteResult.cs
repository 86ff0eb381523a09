namespace ITContrast.Notebooks.Session;

/// <summary>How a cell ended.</summary>
public enum ExecuteStatus
{
    /// <summary>It ran to its end.</summary>
    Ok,
    /// <summary>It did not compile, or threw.</summary>
    Error,
    /// <summary>It was cancelled; the worker lives and earlier state holds.</summary>
    Cancelled,
    /// <summary>The worker process ended; all state is lost.</summary>
    Died,
}

/// <summary>The end of a cell. Its outputs, errors included, came as messages before it.</summary>
/// <param name="Status">How it ended.</param>
/// <param name="ExecutionCount">The number of the execution, from 1 in each worker.</param>
/// <param name="ErrorName">The exception's type name, <c>CompileError</c>, <c>OperationCanceledException</c> or <c>WorkerDied</c>; null when it went
/// well.</param>
/// <param name="ErrorValue">The error in one line; for a dead worker the cause: stack overflow, segmentation fault, exit code.</param>
/// <param name="Traceback">The lines that the error shows.</param>
public sealed record ExecuteResult(
    ExecuteStatus Status, int ExecutionCount, string? ErrorName = null, string? ErrorValue = null, IReadOnlyList<string>? Traceback = null);
