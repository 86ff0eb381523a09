using System.Text.Json.Nodes;

namespace ITContrast.Notebooks.Format;

/// <summary>nbformat's multi-line text: a string, or a list of lines that keep their ends.</summary>
internal static class MultiLine
{
    /// <summary>The text of a string or of a list of lines.</summary>
    public static string Join(JsonNode? node) => node switch
    {
        null => "",
        JsonArray lines => string.Concat(lines.Select(line => (line as JsonValue)?.ToString())),
        _ => node.ToString(),
    };

    /// <summary>A list of lines, each but the last with its end: a diff then shows the lines that changed.</summary>
    public static JsonArray Split(string text)
    {
        var lines = new JsonArray();
        for (var start = 0; start < text.Length;)
        {
            var end = text.IndexOf('\n', start);
            end = end < 0 ? text.Length : end + 1;
            lines.Add((JsonNode)text[start..end]);
            start = end;
        }
        return lines;
    }
}
