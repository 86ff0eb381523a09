using System.Text.Json;
using System.Text.Json.Nodes;

namespace ITContrast.Notebooks.Jupyter;

/// <summary>A message as received: who sent it, what it says, and its header's bytes, which replies echo.</summary>
/// <param name="Identities">The routing prefix: the sender's ZeroMQ identity.</param>
/// <param name="RawHeader">The header as it came, the parent header of everything this message causes.</param>
/// <param name="Type">The header's <c>msg_type</c>.</param>
/// <param name="Session">The header's <c>session</c>: the client.</param>
/// <param name="Content">The content; an object.</param>
/// <param name="Order">How many messages its channel had received before.</param>
internal sealed record JupyterMessage(IReadOnlyList<byte[]> Identities, byte[] RawHeader, string Type, string Session, JsonObject Content, long Order)
{
    /// <summary>A string of the content, or the value given where it is missing or no string.</summary>
    public string Text(string name, string otherwise = "") =>
        Content[name] is JsonValue value && value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : otherwise;

    /// <summary>A flag of the content, or the value given where it is missing or no flag.</summary>
    public bool Flag(string name, bool otherwise) =>
        Content[name] is JsonValue value && value.GetValueKind() is JsonValueKind.True or JsonValueKind.False ? Content[name]!.GetValue<bool>() : otherwise;

    /// <summary>An integer of the content, or the value given where it is missing or no integer.</summary>
    public int Number(string name, int otherwise) =>
        Content[name] is JsonValue value && value.GetValueKind() == JsonValueKind.Number && value.TryGetValue(out int number) ? number : otherwise;
}
