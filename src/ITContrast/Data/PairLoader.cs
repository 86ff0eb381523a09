using System.Collections;
using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;

namespace ITContrast.Data;

/// <summary>
/// Batches read ahead on a background thread into a bounded queue, so that reading and decoding overlap with training. An error of the reader
/// is rethrown where the batch was awaited; leaving the loop early stops the thread and frees what was read. Enumerate it once; dispose each batch.
/// </summary>
public sealed class PairLoader : IEnumerable<PairBatch>
{
    private readonly PairCollator collator;
    private readonly IReadOnlyList<int[]> plan;
    private readonly int readAhead;
    private readonly long firstStep;
    private readonly bool training;
    private readonly CancellationToken cancellation;

    /// <param name="collator">Turns rows into batches.</param>
    /// <param name="plan">The epoch's batches (<see cref="BatchPlan"/>), as caption rows.</param>
    /// <param name="readAhead">Batches held at most besides the one in use, at least 1.</param>
    /// <param name="firstStep">The training step of the first batch, for word dropout.</param>
    /// <param name="training">False switches word dropout off.</param>
    /// <param name="cancellation">Ends the enumeration with <see cref="OperationCanceledException"/>.</param>
    public PairLoader(
        PairCollator collator, IReadOnlyList<int[]> plan, int readAhead = 4, long firstStep = 0, bool training = true,
        CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(readAhead, 1);
        (this.collator, this.plan, this.readAhead, this.firstStep, this.training, this.cancellation) = (
            collator, plan, readAhead, firstStep, training, cancellation);
    }

    /// <summary>The number of batches.</summary>
    public int Count => plan.Count;

    /// <inheritdoc/>
    public IEnumerator<PairBatch> GetEnumerator()
    {
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using BlockingCollection<PairBatch> queue = new(readAhead);
        ExceptionDispatchInfo? failure = null;
        Thread reader = new(() => failure = Fill(queue, stop.Token)) { IsBackground = true, Name = "itcontrast-loader" };
        reader.Start();
        try
        {
            while (queue.TryTake(out PairBatch? batch, Timeout.Infinite, cancellation)) yield return batch;
            reader.Join();
            failure?.Throw();
        }
        finally
        {
            stop.Cancel();
            reader.Join();
            while (queue.TryTake(out PairBatch? left)) left.Dispose();
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private ExceptionDispatchInfo? Fill(BlockingCollection<PairBatch> queue, CancellationToken stop)
    {
        try
        {
            for (int i = 0; i < plan.Count; i++)
            {
                stop.ThrowIfCancellationRequested();
                PairBatch batch = collator.Collate(plan[i], firstStep + i, training);
                try
                {
                    queue.Add(batch, stop);
                }
                catch
                {
                    batch.Dispose();
                    throw;
                }
            }
            return null;
        }
        catch (Exception error)
        {
            return ExceptionDispatchInfo.Capture(error);
        }
        finally
        {
            queue.CompleteAdding();
        }
    }
}
