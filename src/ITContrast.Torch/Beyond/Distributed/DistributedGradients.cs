using System.Security.Cryptography;
using System.Text;
using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Torch;

/// <summary>
/// Averages the gradients of parameters over ranks: <c>g ← (1/n) Σ_r g_r</c>. Gradients are collected in buckets in the reverse order of the parameters, and a
/// bucket is sent as soon as the backward pass has filled it, so sending and computing overlap; <see cref="Finish"/> waits for what is left.
/// A parameter that only some ranks used counts as zero on the others; one that no rank used keeps no gradient.
/// <code>
///   loss.backward();  gradients.Finish();  optimizer.step();
/// </code>
/// Source: Li et al., PyTorch Distributed (VLDB 2020), section 3.2: buckets, order and hooks; the code is this project's own [A].
/// </summary>
public sealed unsafe class DistributedGradients : IDisposable
{
    private const int FirstBucket = 1 << 20;
    private readonly ProcessGroup group;
    private readonly long buckets;
    private IntPtr handle;

    /// <summary>Makes parameters equal to rank 0's, and watches their gradients.</summary>
    /// <param name="group">The ranks.</param>
    /// <param name="parameters">Leaves that require a gradient, in one order on all ranks.</param>
    /// <param name="bucketBytes">The most that is sent at once; the first bucket is at most 1 MiB, so that sending starts early.</param>
    /// <exception cref="ArgumentException">Another rank has other parameters.</exception>
    public DistributedGradients(ProcessGroup group, IEnumerable<Tensor> parameters, long bucketBytes = 25 << 20)
    {
        this.group = group;
        Tensor[] all = [.. parameters];
        if (all.Length == 0) throw new ArgumentException("There is no parameter to average.", nameof(parameters));
        CheckEqual(group, all);
        foreach (Tensor parameter in all) group.Broadcast(parameter);
        var handles = new IntPtr[all.Length];
        for (int i = 0; i < all.Length; i++) handles[i] = all[i].Handle;
        fixed (IntPtr* p = handles) handle = GroupNative.itc_gradients(group.Handle, p, handles.Length, Math.Min(FirstBucket, bucketBytes), bucketBytes);
        if (handle == 0) group.Check(-1, "averaging gradients");
        buckets = GroupNative.itc_gradients_buckets(handle);
    }

    /// <summary>How many buckets there are.</summary>
    public long Buckets => buckets;

    /// <summary>How many of them were on their way before the last backward pass ended.</summary>
    public long Overlapped => GroupNative.itc_gradients_overlapped(Handle);

    private IntPtr Handle => handle != 0 ? handle : throw new ObjectDisposedException(nameof(DistributedGradients));

    /// <summary>Waits until every gradient is the mean over ranks. Once after each backward pass that counts, on all ranks.</summary>
    /// <exception cref="DistributedException">A rank did not take part; it is named.</exception>
    public void Finish() => group.Check(GroupNative.itc_gradients_finish(Handle), "averaging gradients");

    /// <summary>Lets backward passes accumulate on each rank alone until the result is disposed; the pass after that sends the accumulated gradients.</summary>
    public IDisposable Pause()
    {
        GroupNative.itc_gradients_enable(Handle, 0);
        return new Resume(this);
    }

    /// <summary>Stops watching; gradients stay as they are.</summary>
    public void Dispose()
    {
        IntPtr leaving = Interlocked.Exchange(ref handle, 0);
        if (leaving != 0) GroupNative.itc_gradients_free(leaving);
    }

    private static void CheckEqual(ProcessGroup group, Tensor[] parameters)
    {
        string text = string.Join(";", parameters.Select(parameter => $"{parameter.dtype}[{string.Join(",", parameter.shape)}]"));
        long digest = BitConverter.ToInt64(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
        using Tensor own = tensor(new[] { digest, parameters.Length }, [1, 2], device: group.Backend == "nccl" ? parameters[0].device : CPU);
        using Tensor gathered = group.AllGather(own);
        using Tensor host = gathered.cpu();
        long[] digests = host.data<long>().ToArray();
        for (int rank = 0; rank < group.WorldSize; rank++)
            if (digests[2 * rank] != digests[0])
                throw new ArgumentException(
                    $"Rank {rank} on host {group.Hosts[rank]} has {digests[2 * rank + 1]} parameters of other shapes or types than rank 0's {digests[1]}. All ranks need one model."
                );
    }

    private sealed class Resume(DistributedGradients owner) : IDisposable
    {
        public void Dispose() => GroupNative.itc_gradients_enable(owner.Handle, 1);
    }
}
