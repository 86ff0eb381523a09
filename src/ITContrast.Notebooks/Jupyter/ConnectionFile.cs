using System.Net;
using System.Text;
using System.Text.Json;

namespace ITContrast.Notebooks.Jupyter;

/// <summary>
/// What a Jupyter client tells the kernel it starts: where to bind the five sockets, and the key that signs every message.
/// Only endpoints that this machine alone can reach are accepted, and only signed connections.
/// Source: Jupyter client documentation, "Making kernels for Jupyter", section "Connection files" [V].
/// </summary>
public sealed class ConnectionFile
{
    private ConnectionFile(string transport, string address, IReadOnlyDictionary<string, int> ports, byte[] key)
    {
        Transport = transport;
        Address = address;
        this.ports = ports;
        Key = key;
    }

    /// <summary>The five sockets, as the file names them before <c>_port</c>.</summary>
    public static readonly IReadOnlyList<string> Channels = ["shell", "control", "iopub", "stdin", "hb"];

    private readonly IReadOnlyDictionary<string, int> ports;

    /// <summary><c>tcp</c> or <c>ipc</c>.</summary>
    public string Transport { get; }

    /// <summary>A loopback address, or for <c>ipc</c> the stem of the sockets' paths.</summary>
    public string Address { get; }

    /// <summary>The HMAC-SHA256 key; never empty.</summary>
    public byte[] Key { get; }

    /// <summary>The ZeroMQ endpoint of a channel.</summary>
    /// <param name="channel">One of <see cref="Channels"/>.</param>
    public string Endpoint(string channel) => Transport == "ipc"
        ? $"ipc://{Address}-{ports[channel]}"
        : $"tcp://{(Address.Contains(':') ? $"[{Address}]" : Address)}:{ports[channel]}";

    /// <summary>Reads a connection file.</summary>
    /// <param name="path">The file that the client wrote.</param>
    /// <exception cref="NotebookException">The file cannot be read, is not what it should be, or asks for an open or unsigned connection.</exception>
    public static ConnectionFile Read(string path)
    {
        try
        {
            return Parse(File.ReadAllText(path), path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new NotebookException($"Connection file {path} cannot be read: {e.Message}");
        }
    }

    /// <summary>Parses a connection file's text.</summary>
    /// <param name="json">The text.</param>
    /// <param name="path">The name that errors use.</param>
    /// <exception cref="NotebookException">As <see cref="Read"/>.</exception>
    public static ConnectionFile Parse(string json, string path)
    {
        NotebookException Wrong(string what) => new($"Connection file {path}: {what}");

        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(json);
        }
        catch (JsonException e)
        {
            throw Wrong(
                $"line {e.LineNumber + 1} is not JSON ({e.Message.Split(" LineNumber")[0].TrimEnd('.')}). A Jupyter client writes this file; start the kernel from one."
            );
        }

        using (document)
        {
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object)
            {
                throw Wrong($"expected a JSON object, found {root.ValueKind}.");
            }

            string Text(string name, string otherwise) => !root.TryGetProperty(name, out var value) ? otherwise
                : value.ValueKind == JsonValueKind.String ? value.GetString()!
                : throw Wrong($"\"{name}\" must be a string, found {value.ValueKind}.");

            int Port(string channel) => root.TryGetProperty($"{channel}_port", out var value) && value.ValueKind == JsonValueKind.Number
                && value.TryGetInt32(out var port) && port is > 0 and <= 65535
                ? port
                : throw Wrong(
                    $"\"{channel}_port\" must be a port number from 1 to 65535, found {(value.ValueKind == JsonValueKind.Undefined ? "nothing" : value.GetRawText())}."
                );

            var transport = Text("transport", "tcp");
            var address = Text("ip", "127.0.0.1");
            if (transport == "tcp" && address is not "localhost" && !(IPAddress.TryParse(address, out var ip) && IPAddress.IsLoopback(ip)))
            {
                throw Wrong(
                    $"\"ip\" is {address}; this kernel binds to this machine's loopback address only (127.0.0.1), because whoever reaches it can run code. For a remote kernel, tunnel to it with ssh."
                );
            }

            if (transport is not ("tcp" or "ipc"))
            {
                throw Wrong($"\"transport\" is {transport}; expected tcp or ipc.");
            }

            var scheme = Text("signature_scheme", "hmac-sha256");
            var key = Text("key", "");
            if (scheme != "hmac-sha256")
            {
                throw Wrong($"\"signature_scheme\" is {scheme}; expected hmac-sha256.");
            }

            if (key.Length == 0)
            {
                throw Wrong(
                    "\"key\" is empty or missing, so messages would be unsigned and any user of this machine could run code in the kernel. Let the client make a key (Session.key)."
                );
            }

            var ports = Channels.ToDictionary(channel => channel, Port);
            var twice = ports.GroupBy(p => p.Value).FirstOrDefault(g => g.Count() > 1);
            return twice is null
                ? new ConnectionFile(transport, address == "localhost" ? "127.0.0.1" : address, ports, Encoding.UTF8.GetBytes(key))
                : throw Wrong($"port {twice.Key} is given to {string.Join(" and ", twice.Select(p => p.Key))}; every channel needs its own.");
        }
    }
}
