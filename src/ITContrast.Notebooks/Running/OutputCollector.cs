using System.Text.Json.Nodes;
using ITContrast.Notebooks.Format;
using ITContrast.Notebooks.Messages;

namespace ITContrast.Notebooks.Running;

/// <summary>
/// Turns a notebook's messages into nbformat outputs: console text of one stream that follows itself becomes one output, and an update
/// replaces what it updates, in whichever cell that is.
/// </summary>
internal sealed class OutputCollector
{
    private readonly List<Shown> shown = [];
    private readonly Dictionary<string, List<(NotebookCell Owner, int Position)>> stored = [];
    private NotebookCell? cell;
    private List<JsonObject> outputs = [];
    private bool clearOnNext;

    private sealed record Shown(string DisplayId, JsonObject Output);

    /// <summary>From now on outputs belong to <paramref name="target"/>.</summary>
    public void Begin(NotebookCell target)
    {
        cell = target;
        outputs = [];
        clearOnNext = false;
    }

    /// <summary>Takes one message of the running cell.</summary>
    public void Take(Message message)
    {
        switch (message.Type)
        {
            case MessageTypes.Stream:
                AddText(message.Text("name") ?? "stdout", message.Text("text") ?? "");
                break;
            case MessageTypes.DisplayData:
                Add(Rich(message, "display_data"), (string?)message.Content["transient"]?["display_id"]);
                break;
            case MessageTypes.ExecuteResult:
                var result = Rich(message, "execute_result");
                result["execution_count"] = message.Content["execution_count"]?.DeepClone();
                Add(result, null);
                break;
            case MessageTypes.UpdateDisplayData:
                Update(message);
                break;
            case MessageTypes.Error:
                Add(new JsonObject
                {
                    ["output_type"] = "error",
                    ["ename"] = message.Text("ename"),
                    ["evalue"] = message.Text("evalue"),
                    ["traceback"] = message.Content["traceback"]?.DeepClone() ?? new JsonArray(),
                }, null);
                break;
            case MessageTypes.ClearOutput when (bool?)message.Content["wait"] == true:
                clearOnNext = true;
                break;
            case MessageTypes.ClearOutput:
                outputs.Clear();
                break;
        }
    }

    /// <summary>Writes what was collected into the cell.</summary>
    public void Store() => cell?.SetOutputs(outputs.Select(output => output.DeepClone().AsObject()).Select(Lines));

    private void Add(JsonObject output, string? displayId)
    {
        if (clearOnNext)
        {
            outputs.Clear();
            clearOnNext = false;
        }
        outputs.Add(output);
        if (displayId is not null)
        {
            shown.Add(new Shown(displayId, output));
        }
    }

    private void AddText(string name, string text)
    {
        if (!clearOnNext && outputs is [.., var last] && (string)last["output_type"]! == "stream" && (string)last["name"]! == name)
        {
            last["text"] = (string)last["text"]! + text;
            return;
        }
        Add(new JsonObject { ["output_type"] = "stream", ["name"] = name, ["text"] = text }, null);
    }

    private void Update(Message message)
    {
        var id = (string?)message.Content["transient"]?["display_id"];
        foreach (var (_, output) in shown.Where(known => known.DisplayId == id))
        {
            output["data"] = message.Content["data"]?.DeepClone();
            StoredCopies(output, id!);
        }
    }

    /// <summary>An earlier cell's outputs are stored already; its stored copy is the one that carries the same display id.</summary>
    private void StoredCopies(JsonObject output, string id)
    {
        foreach (var (owner, position) in stored.GetValueOrDefault(id) ?? [])
        {
            if (owner != cell && position < owner.Outputs.Count)
            {
                owner.Outputs[position] = Lines(output.DeepClone().AsObject());
            }
        }
    }

    /// <summary>Ends the cell: stores its outputs and remembers where its updatable ones are.</summary>
    public void End()
    {
        Store();
        foreach (var (id, output) in shown)
        {
            if (outputs.IndexOf(output) is >= 0 and var position)
            {
                (stored.TryGetValue(id, out var places) ? places : stored[id] = []).Add((cell!, position));
            }
        }
    }

    private static JsonObject Rich(Message message, string type) => new()
    {
        ["output_type"] = type,
        ["data"] = message.Content["data"]?.DeepClone() ?? new JsonObject(),
        ["metadata"] = message.Content["metadata"]?.DeepClone() ?? new JsonObject(),
    };

    /// <summary>Text as lists of lines, as nbformat has it; JSON values and base64 stay as they are.</summary>
    private static JsonObject Lines(JsonObject output)
    {
        if (output["text"] is JsonValue text)
        {
            output["text"] = MultiLine.Split((string)text!);
        }
        if (output["data"] is JsonObject data)
        {
            foreach (var (type, value) in data.ToArray())
            {
                if (
                    value is JsonValue content
                    && content.TryGetValue(out string? held)
                    && (type.StartsWith("text/", StringComparison.Ordinal) || type == "image/svg+xml"))
                {
                    data[type] = MultiLine.Split(held);
                }
            }
        }
        return output;
    }
}
