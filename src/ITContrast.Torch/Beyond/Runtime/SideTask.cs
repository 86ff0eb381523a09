using static TorchSharp.torch;

namespace ITContrast.Torch;

/// <summary>
/// Work without gradients on a second thread while the caller goes on: where operators are too small to be worth two threads each, two of them at once are.
/// It records no graph, so a backward pass takes its nodes in the order of one thread and its sums are the same to the last bit.
/// </summary>
/// <typeparam name="T">What the work gives: its tensors are detached from their scope, and the caller's.</typeparam>
public sealed class SideTask<T> : IDisposable where T : IDisposable?
{
    private readonly Task<T> task;
    private bool taken;

    /// <summary>Begins.</summary>
    /// <param name="work">
    /// Runs under <c>no_grad</c> and in a scope of its own, so what it returns must be detached from that. It may read what the caller reads meanwhile, and
    /// write what the caller leaves alone until <see cref="Result"/>.
    /// </param>
    /// <param name="beside">False does it here and now instead: work that talks to other processes must keep its place among all that does.</param>
    public SideTask(Func<T> work, bool beside = true)
    {
        task = new(() =>
        {
            using var guard = no_grad();
            using var scope = NewDisposeScope();
            return work();
        });
        if (beside) task.Start(TaskScheduler.Default);
        else task.RunSynchronously(TaskScheduler.Default);
    }

    /// <summary>Waits for the work, or does it where no thread was free for it yet; its tensors are the caller's from now on.</summary>
    /// <exception cref="Exception">Whatever the work threw.</exception>
    public T Result
    {
        get
        {
            var result = task.GetAwaiter().GetResult();
            taken = true;
            return result;
        }
    }

    /// <summary>Waits, since the work may still read what the caller is about to free; a result that nobody took is disposed, a failure dropped.</summary>
    public void Dispose()
    {
        ((IAsyncResult)task).AsyncWaitHandle.WaitOne();
        if (!taken && task.IsCompletedSuccessfully) task.Result?.Dispose();
        _ = task.Exception;
    }
}
