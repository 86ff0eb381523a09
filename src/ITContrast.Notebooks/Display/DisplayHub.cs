using System.Text.Json.Nodes;
using ITContrast.Notebooks.Messages;

namespace ITContrast.Notebooks.Display;

/// <summary>Where displays of the running cell go: the worker sets <see cref="Sink"/> once.</summary>
internal static class DisplayHub
{
    private static long count;

    /// <summary>Takes a message type and its content.</summary>
    public static Action<string, JsonObject> Sink { get; set; } = (_, _) => { };

    /// <summary>Shows a bundle and returns its handle.</summary>
    public static Cells.DisplayHandle Show(JsonObject bundle)
    {
        var id = $"d{Interlocked.Increment(ref count):x}-{Guid.NewGuid():N}"[..16];
        Sink(MessageTypes.DisplayData, Content(bundle, id));
        return new Cells.DisplayHandle(id);
    }

    /// <summary>Replaces what was shown under a handle.</summary>
    /// <exception cref="OperationCanceledException">The cell was cancelled: long work that shows its progress ends here without knowing of cells.</exception>
    public static void Update(string id, JsonObject bundle)
    {
        Cells.Notebook.Cancellation.ThrowIfCancellationRequested();
        Sink(MessageTypes.UpdateDisplayData, Content(bundle, id));
    }

    private static JsonObject Content(JsonObject bundle, string id) => new()
    {
        ["data"] = bundle,
        ["metadata"] = new JsonObject(),
        ["transient"] = new JsonObject { ["display_id"] = id },
    };
}
