using ITContrast.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Training.Parallel;

/// <summary>
/// The processes of one data-parallel training. Each encodes its rows of the batch; embeddings are gathered with gradient, so every process computes the same
/// loss over the whole batch, with the same masks, synthesised negatives and queues, and gradients of parameters are averaged:
/// <code>
///   L_r = L(all rows) on every rank        g = (1/n) Σ_r ∂L_r/∂θ = ∂L/∂θ of one process with the whole batch
/// </code>
/// A rank that dies or hangs ends the others within the timeout with a <see cref="DistributedException"/> that names it and its host.
/// </summary>
public sealed class Peers : IDisposable
{
    private readonly ProcessGroup group;

    /// <param name="group">The ranks; disposed with this.</param>
    public Peers(ProcessGroup group) => this.group = group;

    /// <summary>Joins the processes that torchrun, Slurm's srun or <c>itc train --procs</c> started; null where this one was started alone.</summary>
    /// <param name="timeout">How long an operation waits for the others: longer than an evaluation of the validation split, which the first rank alone
    /// computes.</param>
    /// <exception cref="DistributedException">A rank did not come.</exception>
    public static Peers? Join(TimeSpan timeout) =>
        DistributedEnvironment.Read() is { WorldSize: > 1 } environment ? new(ProcessGroup.Join(environment, timeout)) : null;

    /// <summary>This process's number; 0 writes metrics, checkpoints and results.</summary>
    public int Rank => group.Rank;

    /// <summary>How many processes there are.</summary>
    public int Count => group.WorldSize;

    /// <summary>The host of every rank.</summary>
    public IReadOnlyList<string> Hosts => group.Hosts;

    /// <summary>Gives every rank the first one's parameters, buffers, optimiser state and number of steps, so that only the first reads a checkpoint.</summary>
    /// <returns>The first rank's steps.</returns>
    public long Share(nn.Module module, DecoupledAdam optimizer, long step)
    {
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        foreach (
            var tensor in module
                .named_parameters()
                .Select(p => (Tensor)p.parameter)
                .Concat(module.named_buffers().Select(b => b.buffer))
                .Concat(optimizer.State.Select(s => s.Tensor)))
        {
            // Broadcasting needs contiguous memory; a view's is not.
            var sent = tensor.detach().contiguous();
            group.Broadcast(sent);
            if (Rank != 0) tensor.copy_(sent);
        }
        return optimizer.Steps = First(step);
    }

    /// <summary>The first rank's number, on all ranks.</summary>
    public long First(long value)
    {
        using var sent = tensor(new[] { value });
        group.Broadcast(sent);
        return sent.item<long>();
    }

    /// <summary>Whether it holds on any rank.</summary>
    public bool Any(bool holds)
    {
        using var flag = tensor(new[] { holds ? 1L : 0L });
        group.AllReduce(flag, ReduceOperation.Maximum);
        return flag.item<long>() != 0;
    }

    /// <summary>Averages gradients in buckets while the backward pass goes on.</summary>
    public DistributedGradients Watch(nn.Module module) => new(group, module.parameters().Where(p => p.requires_grad));

    /// <summary>All ranks' rows in the order of ranks, inside autograd.</summary>
    public Tensor Gather(Tensor rows) => group.AllGatherWithGradient(rows.contiguous());

    /// <summary>Returns when every rank has come here.</summary>
    public void Barrier() => group.Barrier();

    /// <summary>Leaves the group.</summary>
    public void Dispose() => group.Dispose();
}
