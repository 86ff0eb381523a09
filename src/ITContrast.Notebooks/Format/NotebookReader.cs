using System.Text.Json;
using System.Text.Json.Nodes;

namespace ITContrast.Notebooks.Format;

/// <summary>Checks what came from outside, once, and mends what can be mended without guessing.</summary>
internal static class NotebookReader
{
    private static readonly string[] OurLanguages = ["c#", "csharp", "f#", "fsharp", "polyglot-notebook", ""];

    /// <summary>The notebook's JSON and notes on what was mended.</summary>
    public static (JsonObject Root, IReadOnlyList<string> Notes) Read(string text, string path)
    {
        var root = ParseJson(text, path);
        if (Integer(root["nbformat"]) is not 4)
        {
            var found = root["nbformat"]?.ToJsonString() ?? "no nbformat";
            throw new NotebookException($"{path} is nbformat {found}; expected 4. Convert it with: jupyter nbconvert --to notebook --nbformat 4 {path}");
        }
        root["nbformat_minor"] = Integer(root["nbformat_minor"]) ?? 0;
        if (root["cells"] is not JsonArray cells)
        {
            throw new NotebookException($"{path} has no list of cells; is it a notebook?");
        }
        for (var i = 0; i < cells.Count; i++)
        {
            if (
                cells[i] is not JsonObject cell
                || cell["cell_type"] is not JsonValue type
                || !type.TryGetValue(out string? kind)
                || kind is not ("code" or "markdown" or "raw")
                || cell["source"] is not (JsonArray or JsonValue))
            {
                throw new NotebookException($"{path}, cell {i + 1}: expected an object with cell_type code, markdown or raw and a source.");
            }
        }
        var notes = new List<string>();
        MendKernel(root, path, notes);
        MendIds(cells, path, notes);
        return (root, notes);
    }

    private static JsonObject ParseJson(string text, string path)
    {
        try
        {
            return JsonNode.Parse(text) as JsonObject
                ?? throw new NotebookException($"{path} is JSON but no object; expected a notebook {{\"cells\": [...]}}.");
        }
        catch (JsonException e)
        {
            throw new NotebookException(
                $"{path} is not JSON (line {e.LineNumber + 1}, column {e.BytePositionInLine + 1}); was it cut short, or merged with conflict marks?", e);
        }
        catch (ArgumentException e)
        {
            throw new NotebookException($"{path} holds an object with a name twice; expected a notebook.", e);
        }
    }

    private static void MendKernel(JsonObject root, string path, List<string> notes)
    {
        if (root["metadata"] is not JsonObject metadata)
        {
            root["metadata"] = metadata = [];
        }
        if (metadata["kernelspec"] is not JsonObject spec)
        {
            metadata["kernelspec"] = new JsonObject { ["display_name"] = ".NET (C#)", ["language"] = "C#", ["name"] = NotebookFile.KernelName };
            notes.Add($"{path} names no kernel; it is run as C#.");
            return;
        }
        var language = (spec["language"] as JsonValue)?.ToString() ?? "";
        var name = (spec["name"] as JsonValue)?.ToString() ?? "";
        if (!OurLanguages.Contains(language.ToLowerInvariant()) || (language.Length == 0 && name.StartsWith("python", StringComparison.OrdinalIgnoreCase)))
        {
            throw new NotebookException(
                $"{path} is written for {(language.Length > 0 ? language : name)} (kernelspec {name}); this engine runs C# notebooks (kernelspec {NotebookFile.KernelName})."
            );
        }
    }

    private static void MendIds(JsonArray cells, string path, List<string> notes)
    {
        var seen = new HashSet<string>();
        for (var i = 0; i < cells.Count; i++)
        {
            var cell = cells[i]!.AsObject();
            var id = (cell["id"] as JsonValue)?.ToString();
            if (id is { Length: > 0 } && seen.Add(id))
            {
                continue;
            }
            if (id is { Length: > 0 })
            {
                notes.Add($"{path}, cell {i + 1}: its id {id} is another cell's; it got a new one.");
            }
            var fresh = $"cell-{i + 1:00}";
            while (!seen.Add(fresh))
            {
                fresh += "x";
            }
            cell["id"] = fresh;
        }
    }

    private static int? Integer(JsonNode? node) => node is JsonValue value && value.TryGetValue(out int number) ? number : null;
}
