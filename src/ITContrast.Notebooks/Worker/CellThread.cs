using System.Collections.Concurrent;
using System.Runtime;

namespace ITContrast.Notebooks.Worker;

/// <summary>
/// The one thread on which all cells run. It owns a synchronization context, so an <c>await</c> in a cell comes back to it, and what
/// libraries keep per thread (grad mode, autocast, dispose scopes) holds across awaits and cells.
/// </summary>
internal sealed class CellThread
{
    private const int StackSize = 16 << 20;
    private readonly BlockingCollection<Action> queue = [];
    private readonly Thread thread;
    private readonly Action<Exception> onStrayException;
    private volatile bool woken;

    /// <param name="onStrayException">Told of an exception that escaped a callback between cells (an <c>async void</c>).</param>
    public CellThread(Action<Exception> onStrayException)
    {
        this.onStrayException = onStrayException;
        thread = new Thread(Loop, StackSize) { IsBackground = true, Name = "cells" };
        thread.Start();
    }

    /// <summary>Wakes the thread from a sleep or a wait, which an abort leaves asleep. The engine's own waits shrug it off.</summary>
    public void Wake()
    {
        woken = true;
        thread.Interrupt();
    }

    /// <summary>
    /// Runs <paramref name="cell"/> and everything it awaits on the thread. When <paramref name="cancellation"/> gives the cell up, a pending
    /// await is abandoned; when it aborts, running managed code is aborted; native code is not, until it returns.
    /// </summary>
    public Task<object?> RunAsync(Func<Task<object?>> cell, CellCancellation cancellation)
    {
        var done = new TaskCompletionSource<object?>(TaskCreationOptions.RunContinuationsAsynchronously);
        queue.Add(() => Pump(cell, cancellation, done), CancellationToken.None);
        return done.Task;
    }

    private void Loop()
    {
        while (true)
        {
            try
            {
                Take(CancellationToken.None)();
            }
            catch (Exception e)
            {
                onStrayException(e);
            }
        }
    }

    private void Pump(Func<Task<object?>> cell, CellCancellation cancellation, TaskCompletionSource<object?> done)
    {
        ForgetWake();
        var context = new Context(queue);
        SynchronizationContext.SetSynchronizationContext(context);
        StopRequest.Enter(cancellation.Stop);
        try
        {
            Task<object?>? task = null;
            Guarded(() => task = cell(), cancellation.Abort);
            _ = task!.ContinueWith(_ => queue.Add(() => { }), TaskScheduler.Default);
            while (!task.IsCompleted)
            {
                Guarded(Take(cancellation.Abandon), cancellation.Abort);
            }
            done.SetResult(task.GetAwaiter().GetResult());
        }
        catch (Exception e) when (cancellation.IsRequested && IsCancellation(e))
        {
            cancellation.End();
            ForgetWake();
            context.Abandon();
            done.SetCanceled(cancellation.Observed);
        }
        catch (Exception e)
        {
            done.SetException(e);
        }
    }

    /// <summary>A wake-up that found the thread awake is kept by the runtime for its next wait, which may be in the middle of a later cell.</summary>
    private void ForgetWake()
    {
        if (!woken)
        {
            return;
        }
        woken = false;
        try
        {
            Thread.Sleep(1);
        }
        catch (ThreadInterruptedException)
        {
            // That was it.
        }
    }

    private static bool IsCancellation(Exception e) => e is OperationCanceledException or ThreadInterruptedException
        || (e is AggregateException several && several.Flatten().InnerExceptions.All(IsCancellation));

    private Action Take(CancellationToken abandon)
    {
        while (true)
        {
            try
            {
                return queue.Take(abandon);
            }
            catch (ThreadInterruptedException)
            {
                // A wake-up that came too late for the sleep it was meant for.
            }
        }
    }

    /// <summary>The engine's own waiting stays outside: an abort inside a queue's lock would break the queue.</summary>
    private static void Guarded(Action work, CancellationToken abort)
    {
#pragma warning disable SYSLIB0046 // Made for exactly this: a host that ends a user's code that does not end itself.
        ControlledExecution.Run(work, abort);
#pragma warning restore SYSLIB0046
    }

    /// <summary>One cell's context. What an abandoned cell still awaits must not wake it in the middle of another.</summary>
    private sealed class Context(BlockingCollection<Action> queue) : SynchronizationContext
    {
        private readonly Thread thread = Thread.CurrentThread;
        private volatile bool abandoned;

        public void Abandon() => abandoned = true;

        public override void Post(SendOrPostCallback callback, object? state) => queue.Add(() =>
        {
            if (!abandoned)
            {
                callback(state);
            }
        });

        public override void Send(SendOrPostCallback callback, object? state)
        {
            if (Thread.CurrentThread == thread)
            {
                callback(state);
                return;
            }
            using var ran = new ManualResetEventSlim();
            queue.Add(() =>
            {
                try
                {
                    callback(state);
                }
                finally
                {
                    ran.Set();
                }
            });
            ran.Wait();
        }

        public override SynchronizationContext CreateCopy() => this;
    }
}
