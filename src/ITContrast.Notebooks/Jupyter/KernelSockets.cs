using System.Collections.Concurrent;
using ITContrast.Notebooks.Jupyter.Zmq;

namespace ITContrast.Notebooks.Jupyter;

/// <summary>
/// The five sockets of a kernel. One thread owns shell, control, stdin and iopub: it verifies what comes in and sends what
/// others queue; a second one echoes heartbeats, so that a busy kernel still beats.
/// </summary>
internal sealed class KernelSockets : IDisposable
{
    private static readonly string[] Incoming = ["shell", "control", "stdin"];

    private static readonly byte[][] WakeUp = [[]];

    private readonly ConnectionFile connection;
    private readonly WireFormat wire;
    private readonly Action<string, JupyterMessage> received;
    private readonly Action<string> log;
    private readonly ZmqContext context = new();
    private readonly ConcurrentQueue<(string Channel, IReadOnlyList<byte[]> Parts)> outgoing = new();
    private readonly Lock waking = new();
    private readonly ZmqSocket waker;
    private readonly List<Thread> threads = [];
    private volatile bool closing;

    /// <summary>Binds the sockets and starts their threads.</summary>
    /// <param name="connection">Where to bind, and the key.</param>
    /// <param name="wire">Encodes, signs, decodes, verifies.</param>
    /// <param name="received">Takes each verified message with its channel, on the sockets' thread: it must not block.</param>
    /// <param name="log">Takes one line for each message dropped.</param>
    /// <exception cref="NotebookException">A port is in use, or libzmq is missing.</exception>
    public KernelSockets(ConnectionFile connection, WireFormat wire, Action<string, JupyterMessage> received, Action<string> log)
    {
        (this.connection, this.wire, this.received, this.log) = (connection, wire, received, log);
        waker = context.Socket(ZmqNative.Pair);
        waker.Bind("inproc://wake");
        // Without its peer, after a failed start, a send would block for ever.
        waker.Set(ZmqNative.SendTimeout, 0);
        waker.HandOver();
        try
        {
            Start("jupyter-heartbeat", Beat);
            Start("jupyter-sockets", Serve);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Queues a message; any thread may. Messages of one thread leave in order.</summary>
    public void Send(string channel, IReadOnlyList<byte[]> parts)
    {
        outgoing.Enqueue((channel, parts));
        Wake();
    }

    /// <summary>Sends what is queued, closes the sockets and ends their threads.</summary>
    public void Dispose()
    {
        if (closing)
        {
            return;
        }

        closing = true;
        Wake();
        foreach (var thread in threads.Where(t => t.Name == "jupyter-sockets"))
        {
            thread.Join();
        }

        context.Shutdown();
        threads.ForEach(t => t.Join());
        lock (waking)
        {
            waker.Dispose();
        }

        context.Dispose();
    }

    private void Wake()
    {
        lock (waking)
        {
            try
            {
                waker.Send(WakeUp);
                waker.HandOver();
            }
            catch (Exception e) when (closing && e is ZmqException or ObjectDisposedException)
            {
                // The kernel is going away; nobody is left to read the message.
            }
        }
    }

    // Runs a loop on a thread of its own, once its sockets are bound; a failure to bind is the caller's.
    private void Start(string name, Action<Action> loop)
    {
        var bound = new TaskCompletionSource();
        var thread = new Thread(() =>
        {
            try
            {
                loop(bound.SetResult);
            }
            catch (ZmqException e) when (e.Error == ZmqNative.Terminated && closing)
            {
                // Shutdown wakes blocked calls this way.
            }
            catch (Exception e) when (bound.TrySetException(e))
            {
                // The constructor throws it.
            }
        })
        { IsBackground = true, Name = name };
        thread.Start();
        threads.Add(thread);
        bound.Task.GetAwaiter().GetResult();
    }

    private ZmqSocket Bound(string channel, int type)
    {
        var socket = context.Socket(type);
        var endpoint = connection.Endpoint(channel);
        try
        {
            socket.Set(ZmqNative.IPv6, connection.Address.Contains(':') ? 1 : 0);
            socket.Bind(endpoint);
            return socket;
        }
        catch (ZmqException e)
        {
            socket.Dispose();
            throw new NotebookException(e.Error == ZmqNative.AddressInUse
                ? $"The {channel} endpoint {endpoint} is in use by another program. Start the kernel again: its client chooses new ports."
                : $"The {channel} endpoint {endpoint} cannot be bound: {e.Message}");
        }
    }

    private void Beat(Action bound)
    {
        using var socket = Bound("hb", ZmqNative.Rep);
        bound();
        while (true)
        {
            socket.Send(socket.Receive()!);
        }
    }

    private unsafe void Serve(Action bound)
    {
        var sockets = new Dictionary<string, ZmqSocket>();
        try
        {
            foreach (var channel in Incoming)
            {
                sockets[channel] = Bound(channel, ZmqNative.Router);
            }

            sockets["iopub"] = Bound("iopub", ZmqNative.Pub);
            var wake = sockets["wake"] = context.Socket(ZmqNative.Pair);
            wake.Connect("inproc://wake");
            bound();

            string[] polled = ["wake", .. Incoming];
            var items = new ZmqNative.PollItem[polled.Length];
            for (var i = 0; i < items.Length; i++)
            {
                items[i] = new ZmqNative.PollItem { Socket = sockets[polled[i]].Handle, Events = ZmqNative.PollIn };
            }

            var orders = Incoming.ToDictionary(c => c, _ => 0L);
            while (!closing || !outgoing.IsEmpty)
            {
                if (outgoing.IsEmpty)
                {
                    fixed (ZmqNative.PollItem* first = items)
                    {
                        _ = ZmqNative.Poll(first, items.Length, -1);
                    }
                }

                while (wake.Receive(wait: false) is not null)
                {
                    // Only its arrival matters.
                }

                foreach (var channel in Incoming)
                {
                    while (sockets[channel].Receive(wait: false) is { } parts)
                    {
                        Deliver(channel, parts, orders[channel]++);
                    }
                }

                while (outgoing.TryDequeue(out var message))
                {
                    sockets[message.Channel].Send(message.Parts);
                }
            }
        }
        finally
        {
            foreach (var socket in sockets.Values)
            {
                socket.Dispose();
            }
        }
    }

    private void Deliver(string channel, List<byte[]> parts, long order)
    {
        if (wire.Decode(parts, order, out var problem) is { } message)
        {
            received(channel, message);
        }
        else
        {
            log($"kernel: dropped {problem} on the {channel} channel");
        }
    }
}
