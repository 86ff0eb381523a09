using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ITContrast.Notebooks.Jupyter;

/// <summary>
/// Messages to and from ZeroMQ parts:
/// <code>identities… · &lt;IDS|MSG&gt; · signature · header · parent_header · metadata · content · buffers…</code>
/// Source: Jupyter client documentation, "Messaging in Jupyter", section "The Wire Protocol" [V].
/// </summary>
internal sealed class WireFormat(byte[] key)
{
    /// <summary>The version of the protocol that this kernel speaks.</summary>
    public const string ProtocolVersion = "5.3";

    private static readonly byte[] Delimiter = "<IDS|MSG>"u8.ToArray();
    private static readonly byte[] Empty = "{}"u8.ToArray();

    // Characters such as < and + stay themselves, as in Python's json: content is never pasted into HTML unescaped.
    private static readonly JsonWriterOptions Writing = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly JsonDocumentOptions Reading = new() { MaxDepth = 256 };

    private readonly MessageSigner signer = new(key);
    private readonly string session = Guid.NewGuid().ToString("N");
    private long sent;

    /// <summary>Reads and verifies a message.</summary>
    /// <param name="parts">The parts received.</param>
    /// <param name="order">What becomes <see cref="JupyterMessage.Order"/>.</param>
    /// <param name="problem">Why the result is null, in one line.</param>
    /// <returns>The message; null when it is malformed, unsigned, wrongly signed or a replay, and must be dropped.</returns>
    public JupyterMessage? Decode(IReadOnlyList<byte[]> parts, long order, out string problem)
    {
        var at = 0;
        while (at < parts.Count && !parts[at].AsSpan().SequenceEqual(Delimiter))
        {
            at++;
        }

        if (parts.Count < at + 6)
        {
            problem = $"a message of {parts.Count} parts without delimiter, signature, header, parent header, metadata and content";
            return null;
        }

        var (header, content) = (parts[at + 2], parts[at + 5]);
        if (!signer.Accept(parts[at + 1], header, parts[at + 3], parts[at + 4], content))
        {
            problem = "a message with a bad or repeated signature";
            return null;
        }

        try
        {
            var head = Parse(header);
            var type = head["msg_type"]?.GetValue<string>() ?? throw new JsonException("the header has no msg_type");
            problem = "";
            return new JupyterMessage([.. parts.Take(at)], header, type, head["session"]?.GetValue<string>() ?? "", Parse(content), order);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException or ArgumentException)
        {
            problem = $"a signed message that is not Jupyter's JSON ({e.Message})";
            return null;
        }
    }

    /// <summary>Writes and signs a message.</summary>
    /// <param name="identities">Whom a ROUTER sends it to; on the PUB socket, the topic.</param>
    /// <param name="type">Its <c>msg_type</c>.</param>
    /// <param name="content">Its content.</param>
    /// <param name="parentHeader">The header of the message that caused it; null for none.</param>
    /// <param name="metadata">Its metadata; null for none.</param>
    public IReadOnlyList<byte[]> Encode(IReadOnlyList<byte[]> identities, string type, JsonObject content, byte[]? parentHeader, JsonObject? metadata = null)
    {
        var header = Write(new JsonObject
        {
            ["msg_id"] = $"{session}_{Interlocked.Increment(ref sent)}",
            ["session"] = session,
            ["username"] = "kernel",
            ["date"] = DateTime.UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture),
            ["msg_type"] = type,
            ["version"] = ProtocolVersion,
        });
        var (parent, meta, body) = (parentHeader ?? Empty, metadata is null ? Empty : Write(metadata), Write(content));
        return [.. identities, Delimiter, signer.Sign(header, parent, meta, body), header, parent, meta, body];
    }

    private static JsonObject Parse(byte[] utf8) => JsonNode.Parse(utf8, null, Reading) as JsonObject ?? throw new JsonException("expected an object");

    private static byte[] Write(JsonObject value)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Writing))
        {
            value.WriteTo(writer);
        }

        return buffer.WrittenSpan.ToArray();
    }
}
