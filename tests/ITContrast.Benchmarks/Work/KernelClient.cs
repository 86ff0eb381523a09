using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using ITContrast.Notebooks.Jupyter;
using ITContrast.Notebooks.Jupyter.Zmq;

namespace ITContrast.Benchmarks.Work;

/// <summary>A kernel in a process of its own and its shell channel, as a Jupyter client has them.</summary>
internal sealed class KernelClient : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly ZmqContext context = new();
    private readonly WireFormat wire = new("bench"u8.ToArray());
    private readonly string file = Path.GetTempFileName();
    private readonly Process process;
    private readonly ZmqSocket shell;

    private KernelClient(string program)
    {
        int[] ports = FreePorts(5);
        string json = $$"""
            { "transport": "tcp", "ip": "127.0.0.1", "key": "bench", "signature_scheme": "hmac-sha256",
              "shell_port": {{ports[0]}}, "control_port": {{ports[1]}}, "iopub_port": {{ports[2]}}, "stdin_port": {{ports[3]}}, "hb_port": {{ports[4]}} }
            """;
        File.WriteAllText(file, json);
        process = Process.Start(
            new ProcessStartInfo(program, ["kernel", "start", "--connection-file", file]) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        shell = context.Socket(ZmqNative.Dealer);
        shell.Connect(ConnectionFile.Parse(json, file).Endpoint("shell"));
    }

    /// <summary>Starts a kernel; requests wait in the socket until it listens.</summary>
    public static KernelClient Start(string program) => new(program);

    /// <summary>Sends a request and waits for its reply's content.</summary>
    public JsonObject Request(string type, JsonObject content)
    {
        shell.Send(wire.Encode([], type, content, null));
        for (var clock = Stopwatch.StartNew(); clock.Elapsed < Patience; Thread.Sleep(1))
        {
            if (shell.Receive(wait: false) is not { } parts) continue;
            return wire.Decode(parts, 0, out string problem)?.Content ?? throw new InvalidDataException(problem);
        }
        throw new TimeoutException($"The kernel did not answer {type}.");
    }

    public void Dispose()
    {
        process.Kill(entireProcessTree: true);
        process.WaitForExit();
        process.Dispose();
        shell.Dispose();
        context.Dispose();
        File.Delete(file);
    }

    private static int[] FreePorts(int count)
    {
        TcpListener[] listeners = [.. Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0))];
        foreach (TcpListener listener in listeners) listener.Start();
        int[] ports = [.. listeners.Select(l => ((IPEndPoint)l.LocalEndpoint).Port)];
        foreach (TcpListener listener in listeners) listener.Dispose();
        return ports;
    }
}
