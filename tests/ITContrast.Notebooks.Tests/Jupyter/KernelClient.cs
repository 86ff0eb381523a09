using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using ITContrast.Notebooks.Jupyter;
using ITContrast.Notebooks.Jupyter.Zmq;

namespace ITContrast.Notebooks.Tests.Jupyter;

/// <summary>A kernel in this process and a client's sockets to it; single-threaded, as libzmq wants.</summary>
internal sealed class KernelClient : IAsyncDisposable
{
    private const int RoutingId = 5;

    /// <summary>A guard for what never comes: nothing waits for it to pass.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private readonly ZmqContext context = new();
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("itc-zmq-");
    private readonly JupyterKernel kernel;
    private int tries;
    private readonly Thread thread;
    private readonly System.Collections.Concurrent.BlockingCollection<Action> work = [];

    /// <param name="engine">Runs the cells.</param>
    /// <param name="tcp">Over ports instead of over files of a folder that nobody else has.</param>
    public KernelClient(IKernelEngine engine, bool tcp = false)
    {
        (kernel, Connection) = tcp ? OverPorts(engine) : Bound(engine, "ipc", Path.Combine(folder.FullName, "k"), [1, 2, 3, 4, 5]);
        Running = Task.Run(() => kernel.RunAsync());
        thread = new Thread(() => { foreach (var action in work.GetConsumingEnumerable()) { action(); } }) { IsBackground = true };
        thread.Start();
        Do(() =>
        {
            foreach (
                var (channel, type) in new[]
                {
                    ("shell", ZmqNative.Dealer),
                    ("control", ZmqNative.Dealer),
                    ("stdin", ZmqNative.Dealer),
                    ("iopub", ZmqNative.Sub),
                    ("hb", ZmqNative.Req),
                })
            {
                var socket = Sockets[channel] = context.Socket(type);
                if (channel == "iopub")
                {
                    socket.SubscribeAll();
                }

                // A client's shell and stdin share an identity: the kernel sends its input requests to the one that asked it to execute.
                if (type == ZmqNative.Dealer)
                {
                    socket.Set(RoutingId, 0x41414141);
                }

                socket.Connect(Connection.Endpoint(channel));
            }
        });
    }

    public JupyterKernel Kernel => kernel;
    public ConnectionFile Connection { get; }
    public Task Running { get; }
    public System.Collections.Concurrent.ConcurrentQueue<string> Log { get; } = [];
    public WireFormat Wire { get; } = new("secret"u8.ToArray());
    private Dictionary<string, ZmqSocket> Sockets { get; } = [];

    /// <summary>
    /// Waits until the subscription has reached the kernel, and reads all that was published until then: from the first message on nothing is lost or
    /// overtaken, so a mark can end it.
    /// </summary>
    public void Settle()
    {
        var until = DateTime.UtcNow + Patience;
        do
        {
            Assert.True(DateTime.UtcNow < until, "The kernel published nothing.");
            Request("shell", "kernel_info_request", []);
        }
        while (TryReceive("iopub", TimeSpan.FromMilliseconds(50)) is null);
        Send("shell", "comm_open", new JsonObject { ["comm_id"] = "mark" });
        while (Receive("iopub").Type != "comm_close")
        {
        }

        Assert.Equal("idle", (string?)Receive("iopub").Content["execution_state"]);
    }

    public void Send(string channel, string type, JsonObject content) => SendParts(channel, Wire.Encode([], type, content, null));

    public void SendParts(string channel, IReadOnlyList<byte[]> parts) => Do(() => Sockets[channel].Send(parts));

    /// <summary>Sends a request and returns its reply's type and content.</summary>
    public (string Type, JsonObject Content) Request(string channel, string type, JsonObject content)
    {
        Send(channel, type, content);
        return Receive(channel);
    }

    public (string Type, JsonObject Content) Receive(string channel) =>
        TryReceive(channel, Patience) is { } message ? (message.Type, message.Content) : throw new TimeoutException($"Nothing came on {channel}.");

    /// <summary>All of iopub up to and with the next idle.</summary>
    public List<(string Type, JsonObject Content)> Published()
    {
        var all = new List<(string, JsonObject)>();
        do
        {
            all.Add(Receive("iopub"));
        }
        while (!(all[^1].Item1 == "status" && (string?)all[^1].Item2["execution_state"] == "idle"));
        return all;
    }

    /// <summary>Waits for a line of the kernel's log.</summary>
    public void Logged(string part)
    {
        var until = DateTime.UtcNow + Patience;
        while (!Log.Any(line => line.Contains(part)))
        {
            Assert.True(DateTime.UtcNow < until, $"The kernel never logged '{part}'.");
            Thread.Sleep(1);
        }
    }

    public string Beat(string text)
    {
        SendParts("hb", [Encoding.ASCII.GetBytes(text)]);
        return Encoding.ASCII.GetString(Parts("hb", Patience)![0]);
    }

    public JupyterMessage? TryReceive(string channel, TimeSpan patience)
    {
        if (Parts(channel, patience) is not { } parts)
        {
            return null;
        }

        var message = Wire.Decode(parts, 0, out var problem);
        Assert.True(message is not null, problem);
        return message;
    }

    public async ValueTask DisposeAsync()
    {
        await kernel.DisposeAsync();
        await Running;
        Do(() => { foreach (var socket in Sockets.Values) { socket.Dispose(); } });
        work.CompleteAdding();
        thread.Join();
        context.Dispose();
        folder.Delete(recursive: true);
    }

    // A port that is free now may be taken before the kernel binds it: then others are tried.
    private (JupyterKernel Kernel, ConnectionFile Connection) OverPorts(IKernelEngine engine)
    {
        while (true)
        {
            try
            {
                return Bound(engine, "tcp", "127.0.0.1", FreePorts());
            }
            catch (NotebookException e) when (e.Message.Contains("in use", StringComparison.Ordinal) && ++tries < 20)
            {
            }
        }
    }

    private (JupyterKernel Kernel, ConnectionFile Connection) Bound(IKernelEngine engine, string transport, string address, int[] ports)
    {
        var connection = ConnectionFile.Parse($$"""
            { "transport": "{{transport}}", "ip": "{{address}}", "key": "secret", "signature_scheme": "hmac-sha256",
              "shell_port": {{ports[0]}}, "control_port": {{ports[1]}}, "iopub_port": {{ports[2]}}, "stdin_port": {{ports[3]}}, "hb_port": {{ports[4]}} }
            """, "test.json");
        return (new JupyterKernel(connection, engine, Log.Enqueue), connection);
    }

    private static int[] FreePorts()
    {
        var listeners = Enumerable.Range(0, 5).Select(_ => new TcpListener(IPAddress.Loopback, 0)).ToList();
        listeners.ForEach(l => l.Start());
        int[] ports = [.. listeners.Select(l => ((IPEndPoint)l.LocalEndpoint).Port)];
        listeners.ForEach(l => l.Dispose());
        return ports;
    }

    private List<byte[]>? Parts(string channel, TimeSpan patience)
    {
        var until = DateTime.UtcNow + patience;
        List<byte[]>? parts = null;
        while (parts is null && DateTime.UtcNow < until)
        {
            Do(() => parts = Sockets[channel].Receive(wait: false));
            if (parts is null)
            {
                Thread.Sleep(1);
            }
        }

        return parts;
    }

    private void Do(Action action)
    {
        var done = new TaskCompletionSource();
        work.Add(() =>
        {
            try
            {
                action();
                done.SetResult();
            }
            catch (Exception e)
            {
                done.SetException(e);
            }
        });
        done.Task.GetAwaiter().GetResult();
    }
}
