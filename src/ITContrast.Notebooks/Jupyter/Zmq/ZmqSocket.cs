using System.Runtime.InteropServices;
using System.Text;

namespace ITContrast.Notebooks.Jupyter.Zmq;

/// <summary>
/// A libzmq socket that sends and receives whole multipart messages. libzmq sockets are not thread-safe: the first thread
/// that uses one owns it, and use by another throws, unless the owner called <see cref="HandOver"/> first.
/// </summary>
internal sealed unsafe class ZmqSocket : IDisposable
{
    private readonly int type;
    private nint handle;
    private int owner;

    public ZmqSocket(nint context, int type)
    {
        this.type = type;
        handle = ZmqNative.SocketNew(context, type);
        if (handle == 0)
        {
            throw ZmqException.Last("zmq_socket");
        }

        // A kernel must never lose an output because a client reads slowly, and must never hang at exit because one left.
        Set(ZmqNative.SendHighWater, 0);
        Set(ZmqNative.ReceiveHighWater, 0);
        Set(ZmqNative.Linger, 1000);
        if (type == ZmqNative.Router)
        {
            Set(ZmqNative.RouterHandover, 1);
        }
    }

    /// <summary>The native socket, for <see cref="ZmqNative.Poll"/>.</summary>
    public nint Handle => Owned();

    /// <summary>Binds to an endpoint such as <c>tcp://127.0.0.1:5555</c>.</summary>
    /// <returns>The endpoint bound, with the port filled in where a wildcard was given.</returns>
    /// <exception cref="ZmqException">The port is in use (<see cref="ZmqNative.AddressInUse"/>), or the endpoint is malformed.</exception>
    public string Bind(string endpoint)
    {
        Check(ZmqNative.Bind(Owned(), endpoint), endpoint);
        Span<byte> text = stackalloc byte[512];
        var length = (nuint)text.Length;
        fixed (byte* at = text)
        {
            Check(ZmqNative.GetOption(handle, ZmqNative.LastEndpoint, at, &length), endpoint);
        }

        return Encoding.UTF8.GetString(text[..((int)length - 1)]);
    }

    /// <summary>Connects to an endpoint; libzmq does the connecting in the background.</summary>
    public void Connect(string endpoint) => Check(ZmqNative.Connect(Owned(), endpoint), endpoint);

    /// <summary>Sets an integer option.</summary>
    public void Set(int option, int value) => Check(ZmqNative.SetOption(handle, option, &value, sizeof(int)), "zmq_setsockopt");

    /// <summary>Subscribes a SUB socket to every message.</summary>
    public void SubscribeAll() => Check(ZmqNative.SetOption(Owned(), ZmqNative.Subscribe, null, 0), "zmq_setsockopt");

    /// <summary>Sends one message of one or more parts.</summary>
    public void Send(params IReadOnlyList<byte[]> parts)
    {
        for (var i = 0; i < parts.Count; i++)
        {
            var flags = i + 1 < parts.Count ? ZmqNative.SendMore : 0;
            fixed (byte* data = parts[i])
            {
                while (ZmqNative.Send(Owned(), data, (nuint)parts[i].Length, flags) < 0)
                {
                    RepeatIfInterrupted("zmq_send");
                }
            }
        }
    }

    /// <summary>The next whole message.</summary>
    /// <param name="wait">Whether to block until there is one.</param>
    /// <returns>Its parts; null when none is there and <paramref name="wait"/> is false.</returns>
    /// <exception cref="ZmqException">The context was shut down (<see cref="ZmqNative.Terminated"/>).</exception>
    public List<byte[]>? Receive(bool wait = true)
    {
        var parts = new List<byte[]>();
        ZmqNative.Message message;
        do
        {
            Check(ZmqNative.MessageInit(&message), "zmq_msg_init");
            try
            {
                while (ZmqNative.MessageReceive(&message, Owned(), wait ? 0 : ZmqNative.DontWait) < 0)
                {
                    if (Marshal.GetLastPInvokeError() == ZmqNative.Again)
                    {
                        return null;
                    }

                    RepeatIfInterrupted("zmq_msg_recv");
                }

                parts.Add(new ReadOnlySpan<byte>(ZmqNative.MessageData(&message), checked((int)ZmqNative.MessageSize(&message))).ToArray());
                if (ZmqNative.MessageMore(&message) == 0)
                {
                    return parts;
                }
            }
            finally
            {
                _ = ZmqNative.MessageClose(&message);
            }
        }
        while (true);
    }

    /// <summary>Gives the socket up: the next thread that uses it owns it. The two threads must synchronise by other means.</summary>
    public void HandOver() => Interlocked.Exchange(ref owner, 0);

    /// <summary>Closes the socket; messages not yet sent linger for up to a second.</summary>
    public void Dispose()
    {
        var socket = Interlocked.Exchange(ref handle, 0);
        if (socket != 0)
        {
            _ = ZmqNative.SocketClose(socket);
        }
    }

    private nint Owned()
    {
        ObjectDisposedException.ThrowIf(handle == 0, this);
        var me = Environment.CurrentManagedThreadId;
        var was = Interlocked.CompareExchange(ref owner, me, 0);
        return was == 0 || was == me
            ? handle
            : throw new InvalidOperationException($"A ZeroMQ socket (type {type}) that thread {was} owns was used on thread {me}.");
    }

    private static void Check(int result, string what)
    {
        if (result != 0)
        {
            throw ZmqException.Last(what);
        }
    }

    private static void RepeatIfInterrupted(string what)
    {
        if (Marshal.GetLastPInvokeError() != ZmqNative.Interrupted)
        {
            throw ZmqException.Last(what);
        }
    }
}
