using System.Net;
using System.Net.Sockets;
using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Torch;

/// <summary>
/// Processes that compute together, on one machine or several: every rank calls the same operations in the same order. Over torch's own process groups
/// (Gloo for tensors on the CPU, NCCL for CUDA where the shim was built with it). An operation that one rank does not reach ends on the others within the
/// timeout with a <see cref="DistributedException"/> that names it and its host; ranks that call different operations, or bring tensors that do not fit, are
/// told so at once (on Gloo; each operation first compares one number).
/// </summary>
public sealed unsafe class ProcessGroup : IDisposable
{
    private IntPtr handle;

    private ProcessGroup(IntPtr handle, DistributedEnvironment environment, string backend)
    {
        (this.handle, Environment, Backend) = (handle, environment, backend);
        var hosts = new string[environment.WorldSize];
        Span<byte> text = stackalloc byte[256];
        for (int rank = 0; rank < hosts.Length; rank++)
            fixed (byte* p = text)
                hosts[rank] = System.Text.Encoding.UTF8.GetString(text[..Math.Max(0, GroupNative.itc_group_host(handle, rank, p, text.Length))]);
        Hosts = hosts;
    }

    /// <summary>Whether the libtorch at hand, and the shim over it, can do this (Gloo).</summary>
    public static bool IsAvailable { get; } = Features() != 0;

    /// <summary>Whether NCCL can be asked for.</summary>
    public static bool HasNccl { get; } = (Features() & 2) != 0;

    /// <summary>How this group was started.</summary>
    public DistributedEnvironment Environment { get; }

    /// <summary><c>gloo</c> or <c>nccl</c>.</summary>
    public string Backend { get; }

    /// <summary>This process's number.</summary>
    public int Rank => Environment.Rank;

    /// <summary>How many processes there are.</summary>
    public int WorldSize => Environment.WorldSize;

    /// <summary>The host of every rank.</summary>
    public IReadOnlyList<string> Hosts { get; }

    internal IntPtr Handle => handle != 0 ? handle : throw new ObjectDisposedException(nameof(ProcessGroup));

    /// <summary>Joins the group; returns when every rank has.</summary>
    /// <param name="environment">This process's place.</param>
    /// <param name="timeout">How long an operation waits for the others; 30 minutes by default.</param>
    /// <param name="backend"><c>gloo</c> or <c>nccl</c>.</param>
    /// <param name="joinTimeout">How long to wait here until all have come; <paramref name="timeout"/> by default.</param>
    /// <exception cref="PlatformNotSupportedException">There is no Gloo in this build.</exception>
    /// <exception cref="DistributedException">A rank did not come; it is named.</exception>
    public static ProcessGroup Join(DistributedEnvironment environment, TimeSpan? timeout = null, string backend = "gloo", TimeSpan? joinTimeout = null)
    {
        if (!IsAvailable)
            throw new PlatformNotSupportedException(
                "Process groups need TorchProvider=system and Gloo's headers when its shim is built (Debian: libgloo-dev).");
        if (backend is not ("gloo" or "nccl")) throw new ArgumentException($"'{backend}' is no backend; gloo and nccl are.", nameof(backend));
        long limit = (long)(timeout ?? TimeSpan.FromMinutes(30)).TotalMilliseconds, joinLimit = (long?)joinTimeout?.TotalMilliseconds ?? limit;
        if (limit < 1 || joinLimit < 1) throw new ArgumentOutOfRangeException(nameof(timeout), "A timeout is longer than nothing.");
        IntPtr handle;
        fixed (byte* name = GroupNative.Text(backend))
        fixed (byte* master = GroupNative.Text(environment.Master))
        fixed (byte* host = GroupNative.Text(Dns.GetHostName()))
        fixed (byte* address = GroupNative.Text(AddressTowards(environment)))
            handle = GroupNative.itc_group_join(name, master, environment.Port, environment.Rank, environment.WorldSize, host, address, joinLimit, limit);
        return handle != 0 ? new ProcessGroup(handle, environment, backend) : throw Failure("joining the process group", 0);
    }

    /// <summary>Replaces a tensor by the sum (or another reduction) of all ranks' tensors, in place, outside of autograd.</summary>
    /// <param name="tensor">Contiguous, of one shape and type on all ranks.</param>
    /// <param name="operation">The reduction.</param>
    public void AllReduce(Tensor tensor, ReduceOperation operation = ReduceOperation.Sum) =>
        Check(GroupNative.itc_group_all_reduce(Handle, tensor.Handle, (int)operation), "all_reduce");

    /// <summary>All ranks' rows below each other, in the order of ranks: <c>[B, …] → [n·B, …]</c>, outside of autograd.</summary>
    /// <param name="tensor">At least one axis, of one shape and type on all ranks.</param>
    public Tensor AllGather(Tensor tensor) => Gather(tensor, withGradient: false);

    /// <summary>
    /// As <see cref="AllGather"/>, inside autograd. Every rank's loss depends on all rows, so the gradient of this rank's rows is the sum over the ranks:
    /// <code>
    ///   y = [x_0; …; x_{n-1}]        dL/dx_r = Σ_q (dL_q/dy)[rows of r]
    /// </code>
    /// With equal losses on all ranks and gradients of parameters averaged afterwards, the result is the gradient of the one loss over n·B rows.
    /// The backward pass communicates: all ranks must run it.
    /// </summary>
    public Tensor AllGatherWithGradient(Tensor tensor) => Gather(tensor, withGradient: true);

    /// <summary>Gives every rank the tensor of one, in place.</summary>
    public void Broadcast(Tensor tensor, int root = 0)
    {
        if (root < 0 || root >= WorldSize) throw new ArgumentOutOfRangeException(nameof(root), root, $"Ranks are 0 to {WorldSize - 1}.");
        Check(GroupNative.itc_group_broadcast(Handle, tensor.Handle, root), "broadcast");
    }

    /// <summary>Returns when every rank has come here.</summary>
    public void Barrier() => Check(GroupNative.itc_group_barrier(Handle), "barrier");

    /// <summary>Leaves the group; rank 0 waits up to two seconds for the others to leave first.</summary>
    public void Dispose()
    {
        IntPtr leaving = Interlocked.Exchange(ref handle, 0);
        if (leaving != 0) GroupNative.itc_group_leave(leaving);
    }

    internal void Check(int status, string operation)
    {
        if (status < 0) throw Failure(operation, Handle);
    }

    private static DistributedException Failure(string operation, IntPtr group)
    {
        string detail = LastError();
        var ranks = stackalloc int[64];
        int count = GroupNative.itc_group_missing(group, ranks, 64);
        return new DistributedException(operation, detail, new Span<int>(ranks, count).ToArray());
    }

    private Tensor Gather(Tensor tensor, bool withGradient)
    {
        if (tensor.Dimensions == 0) throw new ArgumentException("all_gather joins rows: a tensor of at least one axis is needed.", nameof(tensor));
        IntPtr result = GroupNative.itc_group_all_gather(Handle, tensor.Handle, withGradient ? 1 : 0);
        if (result == 0) Check(-1, "all_gather");
#if TORCH_SYSTEM
        return new Tensor(result);
#else
        throw new PlatformNotSupportedException();
#endif
    }

#if TORCH_SYSTEM
    private static string LastError() => Native.LastError();

    private static int Features() => GroupNative.itc_distributed();
#else
    private static string LastError() => "";

    private static int Features() => 0;
#endif

    // The address of this machine's own that the others reach it by: the one from which the master is reached.
    private static string AddressTowards(DistributedEnvironment environment)
    {
        try
        {
            using var probe = new Socket(SocketType.Dgram, ProtocolType.Udp);
            probe.Connect(environment.Master, environment.Port);
            IPAddress own = ((IPEndPoint)probe.LocalEndPoint!).Address;
            return (own.IsIPv4MappedToIPv6 ? own.MapToIPv4() : own).ToString();
        }
        catch (SocketException)
        {
            // Connecting the group gives the error that counts.
            return "";
        }
    }
}
