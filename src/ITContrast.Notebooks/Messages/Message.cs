using System.Text.Json;
using System.Text.Json.Nodes;

namespace ITContrast.Notebooks.Messages;

/// <summary>
/// One message between the supervisor and the worker. Types and contents are those of the Jupyter messaging protocol
/// (<c>execute_request</c>, <c>stream</c>, <c>display_data</c>, …), so that a kernel passes them on unchanged.
/// On the pipe it is one line of JSON: <c>{"type":…,"id":…,"parent":…,"content":{…}}</c>.
/// </summary>
/// <param name="Type">The message type, as in Jupyter's <c>header.msg_type</c>.</param>
/// <param name="Content">The message's content, as Jupyter defines it for the type.</param>
public sealed record Message(string Type, JsonObject Content)
{
    private static readonly JsonSerializerOptions Compact = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Unique within the session.</summary>
    public string Id { get; init; } = Guid.NewGuid().ToString("N");

    /// <summary>The <see cref="Id"/> of the request that this message answers or belongs to; null for a request, or for output of no cell.</summary>
    public string? Parent { get; init; }

    /// <summary>A string of the content, or null where it has none of that name.</summary>
    public string? Text(string name) => Content[name] is JsonValue value && value.TryGetValue(out string? text) ? text : null;

    /// <summary>One line of JSON, without the line's end.</summary>
    public string ToLine() => new JsonObject
    {
        ["type"] = Type,
        ["id"] = Id,
        ["parent"] = Parent,
        ["content"] = Content.DeepClone(),
    }.ToJsonString(Compact);

    /// <summary>Reads what <see cref="ToLine"/> wrote.</summary>
    /// <exception cref="JsonException">The line is not a message.</exception>
    public static Message Parse(string line)
    {
        if (JsonNode.Parse(line) is not JsonObject node || node["type"] is null || node["content"] is not JsonObject content)
        {
            throw new JsonException($"Expected a message {{\"type\":…,\"content\":…}}, found: {line[..Math.Min(80, line.Length)]}");
        }
        node.Remove("content");
        return new Message((string)node["type"]!, content)
        {
            Id = (string?)node["id"] ?? Guid.NewGuid().ToString("N"),
            Parent = (string?)node["parent"],
        };
    }
}
