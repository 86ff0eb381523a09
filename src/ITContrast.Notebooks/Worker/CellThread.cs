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

    /// <param name="onStrayException">Told of an exception that escaped a callback between cells (an <c>async void</c>).</param>
    public CellThread(Action<Exception> onStrayException)
    {
        this.onStrayException = onStrayException;
        thread = new Thread(Loop, StackSize) { IsBackground = true, Name = "cells" };
        thread.Start();
    }

    /// <summary>Whether the calling code runs on the cells' thread.</summary>
    public bool IsCurrent => Thread.CurrentThread == thread;

    /// <summary>Wakes the thread from a sleep or a wait, which an abort leaves asleep. The engine's own waits shrug it off.</summary>
    public void Wake() => thread.Interrupt();

    /// <summary>
    /// Runs <paramref name="cell"/> and everything it awaits on the thread. When <paramref name="abort"/> is cancelled, a pending await is
    /// abandoned, and running managed code is aborted; native code is not, until it returns.
    /// </summary>
    public Task<object?> RunAsync(Func<Task<object?>> cell, CancellationToken abort)
    {
        var done = new TaskCompletionSource<object?>(TaskCreationOptions.RunContinuationsAsynchronously);
        queue.Add(() => Pump(cell, abort, done), CancellationToken.None);
        return done.Task;
    }

    private void Loop()
    {
        SynchronizationContext.SetSynchronizationContext(new Context(queue));
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

    private void Pump(Func<Task<object?>> cell, CancellationToken abort, TaskCompletionSource<object?> done)
    {
        try
        {
            Task<object?>? task = null;
            Guarded(() => task = cell(), abort);
            _ = task!.ContinueWith(_ => queue.Add(() => { }), TaskScheduler.Default);
            while (!task.IsCompleted)
            {
                Guarded(Take(abort), abort);
            }
            done.SetResult(task.GetAwaiter().GetResult());
        }
        catch (Exception e) when (abort.IsCancellationRequested && e is OperationCanceledException or ThreadInterruptedException)
        {
            done.SetCanceled(abort);
        }
        catch (Exception e)
        {
            done.SetException(e);
        }
    }

    private Action Take(CancellationToken abort)
    {
        while (true)
        {
            try
            {
                return queue.Take(abort);
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

    private sealed class Context(BlockingCollection<Action> queue) : SynchronizationContext
    {
        public override void Post(SendOrPostCallback callback, object? state) => queue.Add(() => callback(state));

        public override void Send(SendOrPostCallback callback, object? state)
        {
            if (Current == this)
            {
                callback(state);
                return;
            }
            using var ran = new ManualResetEventSlim();
            Post(_ =>
            {
                try
                {
                    callback(state);
                }
                finally
                {
                    ran.Set();
                }
            }, null);
            ran.Wait();
        }

        public override SynchronizationContext CreateCopy() => this;
    }
}
