namespace ITContrast.Notebooks.Worker;

/// <summary>
/// The steps in which one cell is cancelled: at once its token; half a second later the checks in its code and in what it writes; then what
/// it waits for is given up; at last its thread is aborted, for managed code that is not the cell's own. After all that the supervisor
/// ends the worker.
/// </summary>
internal sealed class CellCancellation
{
    private static readonly TimeSpan CheckAfter = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan GiveUpAfter = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan AbortAfter = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan InsistAfter = TimeSpan.FromSeconds(4);

    private static readonly TimeSpan CallbackLimit = TimeSpan.FromSeconds(3);

    // For threads of an ended cell that get no processor on a loaded machine.
    private static readonly TimeSpan LowerAfter = TimeSpan.FromSeconds(10);

    private readonly CancellationTokenSource observed = new();
    private readonly CancellationTokenSource abandon = new();
    private readonly CancellationTokenSource abort = new();
    private readonly Lock gate = new();
    private readonly TaskCompletionSource called = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool requested;
    private readonly CellThread thread;
    private bool ended;

    /// <param name="thread">The thread that will run the cell.</param>
    public CellCancellation(CellThread thread)
    {
        this.thread = thread;
        Stop = new CellStop(observed.Token);
    }

    /// <summary>What the cell's threads look at to see whether they are to stop.</summary>
    public CellStop Stop { get; }

    /// <summary>The token that the cell sees.</summary>
    public CancellationToken Observed => observed.Token;

    /// <summary>Cancelled when a pending await is given up.</summary>
    public CancellationToken Abandon => abandon.Token;

    /// <summary>Cancelled when running managed code is aborted.</summary>
    public CancellationToken Abort => abort.Token;

    /// <summary>Whether anyone asked for it.</summary>
    public bool IsRequested => requested;

    /// <summary>Starts the steps, once.</summary>
    public void Request()
    {
        lock (gate)
        {
            if (requested || ended)
            {
                return;
            }
            requested = true;
        }
        // A thread of its own: the cell may keep the pool's threads busy.
        new Thread(Escalate) { IsBackground = true, Name = "cancellation" }.Start();
    }

    /// <summary>The cell has ended; steps that are left are not taken.</summary>
    public void End()
    {
        while (true)
        {
            try
            {
                lock (gate)
                {
                    ended = true;
                    return;
                }
            }
            catch (ThreadInterruptedException)
            {
                // The wake-up of a step that was being taken found the cell's thread waiting here. A cell that did not end by it would never end.
            }
        }
    }

    /// <summary>
    /// Completes when the callbacks of the token have run, which a cancelled cell that ends does not show: what they print belongs to it. One that does not
    /// return is not waited for.
    /// </summary>
    public Task CallbacksAsync() => requested ? Task.WhenAny(called.Task, Task.Delay(CallbackLimit)) : Task.CompletedTask;

    private void Escalate()
    {
        // Callbacks of the token are the cell's code, and an abort waits for its victim: neither may hold up the next step.
        Apart(observed.Cancel, called.SetResult);
        var raised = false;
        Step(CheckAfter, () =>
        {
            StopRequest.Raise(Stop);
            raised = true;
        });
        Step(GiveUpAfter, () =>
        {
            abandon.Cancel();
            thread.Wake();
        });
        Step(AbortAfter, () =>
        {
            // An abort can end the process: a cell that has met a check is on its way out, however slow the machine.
            if (!Stop.HasThrown)
            {
                Apart(abort.Cancel);
            }
        });
        Step(InsistAfter, () => Apart(abort.Cancel));
        if (!raised)
        {
            return;
        }
        var over = false;
        while (!over)
        {
            Thread.Sleep(LowerAfter);
            lock (gate)
            {
                over = ended;
            }
        }
        StopRequest.Lower();
    }

    private void Step(TimeSpan after, Action take)
    {
        Thread.Sleep(after);
        lock (gate)
        {
            if (!ended)
            {
                take();
            }
        }
    }

    private static void Apart(Action action, Action? done = null) => new Thread(() =>
    {
        try
        {
            action();
        }
        catch (Exception e)
        {
            // Thrown by what the cell had registered with its token; left alone it would end the process.
            Console.Error.WriteLine($"A callback of the cell's cancellation threw: {e.GetBaseException().Message}");
        }
        done?.Invoke();
    })
    { IsBackground = true, Name = "cancellation step" }.Start();
}
