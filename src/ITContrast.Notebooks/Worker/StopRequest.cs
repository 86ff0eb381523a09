using System.Runtime.CompilerServices;

namespace ITContrast.Notebooks.Worker;

/// <summary>
/// The flag that stops running cells. A compiled cell reads it at each loop's and function's head (<see cref="StopChecks"/>), the console
/// and the displays where they write: places at which an exception harms nothing. An abort of the thread has no such choice.
/// The flag says that some cell is to stop; which one, each thread knows of itself, so that a thread of a stopped cell that gets no processor
/// until the next cell runs stops nevertheless, and the next cell does not. Public because cells call it.
/// </summary>
public static class StopRequest
{
    private static volatile bool raised;

    /// <summary>Throws in a cell that is to stop, on whichever of its threads; tasks of other cells run on.</summary>
    /// <exception cref="OperationCanceledException">The cell was cancelled.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Check()
    {
        if (raised)
        {
            Throw();
        }
    }

    /// <summary>Marks the calling thread, and what it starts and awaits, as this cell's.</summary>
    internal static void Enter(CellStop cell) => Scope.Cell.Value = cell;

    /// <summary>From now on the cell's checks throw.</summary>
    internal static void Raise(CellStop cell)
    {
        cell.IsRaised = true;
        lock (Scope.Gate)
        {
            Scope.Stopping++;
            raised = true;
        }
    }

    /// <summary>The threads of a raised cell have had their time to meet a check; without another such cell, checks cost nothing again.</summary>
    internal static void Lower()
    {
        lock (Scope.Gate)
        {
            raised = --Scope.Stopping > 0;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Throw()
    {
        if (Scope.Cell.Value is { IsRaised: true } cell)
        {
            cell.HasThrown = true;
            throw new OperationCanceledException(cell.Token);
        }
    }

    /// <summary>Apart from the flag, so that reading the flag needs no check of whether the class is initialised.</summary>
    private static class Scope
    {
        public static readonly AsyncLocal<CellStop?> Cell = new();
        public static readonly Lock Gate = new();
        public static int Stopping;
    }
}

/// <summary>Whether one cell is to stop.</summary>
/// <param name="token">The cell's token.</param>
internal sealed class CellStop(CancellationToken token)
{
    private volatile bool raised;
    private volatile bool thrown;

    /// <summary>The cell's token.</summary>
    public CancellationToken Token => token;

    /// <summary>Whether the cell's checks throw.</summary>
    public bool IsRaised { get => raised; set => raised = value; }

    /// <summary>Whether the cell has met a check that threw.</summary>
    public bool HasThrown { get => thrown; set => thrown = value; }
}
