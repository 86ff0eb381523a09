using System.Text.Json.Nodes;
using System.Threading.Channels;

namespace ITContrast.Notebooks.Jupyter;

/// <summary>
/// A Jupyter kernel: the messaging protocol 5.3 between a client's sockets and an engine that runs cells. Requests of the shell
/// channel are served in order; those of the control channel (interrupt, shutdown) at once.
/// Source: Jupyter client documentation, "Messaging in Jupyter" [V].
/// </summary>
public sealed class JupyterKernel : IAsyncDisposable
{
    private readonly IKernelEngine engine;
    private readonly Action<string> log;
    private readonly WireFormat wire;
    private readonly KernelSockets sockets;
    private readonly ExecuteRequests runner;
    private readonly Channel<JupyterMessage> shell = Channel.CreateUnbounded<JupyterMessage>();
    private readonly Channel<JupyterMessage> control = Channel.CreateUnbounded<JupyterMessage>();
    private readonly CancellationTokenSource stopping = new();
    private long lastShellOrder = -1;

    /// <summary>Binds the sockets; requests are answered from <see cref="RunAsync"/> on.</summary>
    /// <param name="connection">Where to bind, and the key that signs messages.</param>
    /// <param name="engine">Runs the cells; disposed with the kernel.</param>
    /// <param name="log">Takes one line for each thing a server's log should hold, such as a dropped message.</param>
    /// <exception cref="NotebookException">A port is in use, or libzmq is not installed.</exception>
    public JupyterKernel(ConnectionFile connection, IKernelEngine engine, Action<string> log)
    {
        (this.engine, this.log) = (engine, log);
        wire = new WireFormat(connection.Key);
        runner = new ExecuteRequests(engine, this);
        sockets = new KernelSockets(connection, wire, Route, log);
    }

    /// <summary>The order of the shell message received last, served or not.</summary>
    internal long LastShellOrder => Interlocked.Read(ref lastShellOrder);

    /// <summary>Serves until a client asks for shutdown or the token is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken = default)
    {
        using var registration = cancellationToken.Register(stopping.Cancel);
        Publish("status", new JsonObject { ["execution_state"] = "starting" }, null);
        await Task.WhenAll(ServeAsync("shell", shell.Reader), ServeAsync("control", control.Reader)).ConfigureAwait(false);
    }

    /// <summary>Ends the engine, sends what is queued and closes the sockets.</summary>
    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync().ConfigureAwait(false);
        await engine.DisposeAsync().ConfigureAwait(false);
        sockets.Dispose();
        stopping.Dispose();
    }

    /// <summary>Sends a message to all clients.</summary>
    internal void Publish(string type, JsonObject content, JupyterMessage? parent) =>
        sockets.Send("iopub", wire.Encode([System.Text.Encoding.ASCII.GetBytes(type)], type, content, parent?.RawHeader));

    /// <summary>Sends a message to the sender of another.</summary>
    internal void Send(string channel, string type, JsonObject content, JupyterMessage parent) =>
        sockets.Send(channel, wire.Encode(parent.Identities, type, content, parent.RawHeader));

    // On the sockets' thread.
    private void Route(string channel, JupyterMessage message)
    {
        switch (channel)
        {
            case "shell":
                Interlocked.Exchange(ref lastShellOrder, message.Order);
                shell.Writer.TryWrite(message);
                break;
            case "control":
                control.Writer.TryWrite(message);
                break;
            default:
                if (message.Type == "input_reply" && !runner.Answer(message.Text("value")))
                {
                    log("kernel: dropped an input_reply that no cell waits for");
                }

                break;
        }
    }

    private async Task ServeAsync(string channel, ChannelReader<JupyterMessage> requests)
    {
        try
        {
            await foreach (var request in requests.ReadAllAsync(stopping.Token).ConfigureAwait(false))
            {
                Publish("status", new JsonObject { ["execution_state"] = "busy" }, request);
                try
                {
                    if (await ReplyAsync(request).ConfigureAwait(false) is { } content)
                    {
                        Send(channel, request.Type[..^"request".Length] + "reply", content, request);
                    }
                }
                catch (Exception e) when (!stopping.IsCancellationRequested)
                {
                    log($"kernel: {request.Type} failed: {e.GetType().Name}: {e.Message}");
                    Send(channel, request.Type[..^"request".Length] + "reply", Failure(e.GetType().Name, e.Message, []), request);
                }
                finally
                {
                    Publish("status", new JsonObject { ["execution_state"] = "idle" }, request);
                }

                if (request.Type == "shutdown_request")
                {
                    await stopping.CancelAsync().ConfigureAwait(false);
                }
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // Shutdown ends both loops this way.
        }
    }

    private async Task<JsonObject?> ReplyAsync(JupyterMessage request)
    {
        switch (request.Type)
        {
            case "execute_request":
                return await runner.RunAsync(request).ConfigureAwait(false);
            case "kernel_info_request":
                return KernelInfo.Reply();
            case "complete_request":
                return await CodeRequests.CompleteAsync(engine, request).ConfigureAwait(false);
            case "inspect_request":
                return await CodeRequests.InspectAsync(engine, request).ConfigureAwait(false);
            case "is_complete_request":
                return CodeRequests.IsComplete(request);
            case "history_request":
                return new JsonObject { ["status"] = "ok", ["history"] = runner.History.Find(request) };
            case "comm_info_request":
                return new JsonObject { ["status"] = "ok", ["comms"] = new JsonObject() };
            case "comm_open":
                // There are no comm targets here; closing tells the front end so.
                Publish("comm_close", new JsonObject { ["comm_id"] = request.Text("comm_id"), ["data"] = new JsonObject() }, request);
                return null;
            case "comm_msg" or "comm_close":
                return null;
            case "interrupt_request":
                await runner.InterruptAsync().ConfigureAwait(false);
                return new JsonObject { ["status"] = "ok" };
            case "shutdown_request":
                var content = new JsonObject { ["status"] = "ok", ["restart"] = request.Flag("restart", false) };
                Publish("shutdown_reply", (JsonObject)content.DeepClone(), request);
                return content;
            default:
                log($"kernel: ignored a message of unknown type {request.Type}");
                return null;
        }
    }

    /// <summary>The content of a reply or message about a failure.</summary>
    internal static JsonObject Failure(string name, string value, IEnumerable<string> traceback) => new()
    {
        ["status"] = "error",
        ["ename"] = name,
        ["evalue"] = value,
        ["traceback"] = new JsonArray([.. traceback.Select(line => (JsonNode)line)]),
    };
}
