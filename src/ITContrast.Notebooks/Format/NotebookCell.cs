using System.Text.Json.Nodes;

namespace ITContrast.Notebooks.Format;

/// <summary>One cell; a view of its JSON, which changes with it.</summary>
public sealed class NotebookCell(JsonObject node)
{
    /// <summary>The cell's JSON.</summary>
    public JsonObject Node => node;

    /// <summary>Its id, unique in the notebook.</summary>
    public string Id => (string)node["id"]!;

    /// <summary>Whether it holds code.</summary>
    public bool IsCode => (string)node["cell_type"]! == "code";

    /// <summary>Whether it holds markdown.</summary>
    public bool IsMarkdown => (string)node["cell_type"]! == "markdown";

    /// <summary>Its text, lines divided by <c>\n</c>.</summary>
    public string Source
    {
        get => MultiLine.Join(node["source"]).ReplaceLineEndings("\n");
        set => node["source"] = MultiLine.Split(value);
    }

    /// <summary>Its tags, as papermill and Jupyter store them.</summary>
    public IReadOnlyList<string> Tags => (node["metadata"]?["tags"] as JsonArray)?.Select(tag => (string?)tag ?? "").ToArray() ?? [];

    /// <summary>Its outputs; empty for other cells than code.</summary>
    public JsonArray Outputs => node["outputs"] as JsonArray ?? [];

    /// <summary>The number shown beside it; null where it has not run.</summary>
    public int? ExecutionCount
    {
        get => node["execution_count"] is JsonValue value && value.TryGetValue(out int count) ? count : null;
        set => node["execution_count"] = value;
    }

    /// <summary>A new code cell.</summary>
    public static NotebookCell Code(string id, string source, params string[] tags) => new(new JsonObject
    {
        ["cell_type"] = "code",
        ["execution_count"] = null,
        ["id"] = id,
        ["metadata"] = new JsonObject { ["tags"] = new JsonArray([.. tags.Select(tag => (JsonNode)tag)]) },
        ["outputs"] = new JsonArray(),
        ["source"] = MultiLine.Split(source),
    });

    /// <summary>Replaces the outputs.</summary>
    public void SetOutputs(IEnumerable<JsonObject> outputs) => node["outputs"] = new JsonArray([.. outputs]);

    /// <summary>Forgets outputs and number, as before a run.</summary>
    public void Clear()
    {
        SetOutputs([]);
        ExecutionCount = null;
    }
}
