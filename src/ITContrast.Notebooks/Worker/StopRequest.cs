using System.Runtime.CompilerServices;
using ITContrast.Notebooks.Cells;

namespace ITContrast.Notebooks.Worker;

/// <summary>
/// The flag that stops a running cell. The compiled cell reads it at each loop's and function's head (<see cref="StopChecks"/>), the console
/// and the displays where they write: places at which an exception harms nothing. An abort of the thread has no such choice.
/// Public because cells call it.
/// </summary>
public static class StopRequest
{
    private static volatile bool raised;

    /// <summary>Whether the cell that is to stop has met a check.</summary>
    internal static bool HasThrown => Scope.Thrown;

    /// <summary>Throws in the cell that is to stop, on whichever of its threads; tasks of other cells run on.</summary>
    /// <exception cref="OperationCanceledException">The cell was cancelled.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Check()
    {
        if (raised)
        {
            Throw();
        }
    }

    /// <summary>Marks the calling thread, and what it starts and awaits, as the running cell's.</summary>
    internal static void Enter() => Scope.Cell.Value = Notebook.Cancellation;

    /// <summary>From now on the cell's checks throw.</summary>
    /// <param name="cell">The cell's token, cancelled.</param>
    internal static void Raise(CancellationToken cell)
    {
        Scope.Stopped = cell;
        raised = true;
    }

    /// <summary>A new cell begins.</summary>
    internal static void Lower() => raised = Scope.Thrown = false;

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Throw()
    {
        if (Scope.Cell.Value == Scope.Stopped)
        {
            Scope.Thrown = true;
            throw new OperationCanceledException(Scope.Stopped);
        }
    }

    /// <summary>Apart from the flag, so that reading the flag needs no check of whether the class is initialised.</summary>
    private static class Scope
    {
        public static readonly AsyncLocal<CancellationToken> Cell = new();
        public static CancellationToken Stopped;
        public static volatile bool Thrown;
    }
}
