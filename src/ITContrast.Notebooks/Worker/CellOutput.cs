using System.Text.Json.Nodes;
using ITContrast.Notebooks.Display;
using ITContrast.Notebooks.Messages;

namespace ITContrast.Notebooks.Worker;

/// <summary>The outputs of the running cell: console text and displays, in the order in which the cell made them, within limits.</summary>
internal sealed class CellOutput
{
    /// <summary>Console text a cell may show, and characters of a value's plain text.</summary>
    public const int TextLimit = 1 << 20;

    /// <summary>Displayed data a cell may send, in characters of its JSON: pictures and charts are larger than text.</summary>
    public const int DataLimit = 16 << 20;

    private readonly Outbox outbox;
    private readonly ConsoleText console;
    private volatile string? parent;
    private long displayed;

    public CellOutput(Outbox outbox)
    {
        this.outbox = outbox;
        console = new ConsoleText((name, text) => Send(MessageTypes.Stream, new JsonObject { ["name"] = name, ["text"] = text }), StopRequest.Check);
    }

    /// <summary>Writers for <see cref="Console"/>.</summary>
    public (TextWriter Out, TextWriter Error) Writers => (console.Writer("stdout"), console.Writer("stderr"));

    /// <summary>From now on output belongs to this request.</summary>
    public void Begin(string request)
    {
        console.Flush();
        parent = request;
        displayed = 0;
        console.Allow(TextLimit);
    }

    /// <summary>Sends what is buffered.</summary>
    public void Flush() => console.Flush();

    /// <summary>Sends a display, after the console text that came before it.</summary>
    public void Display(string type, JsonObject content)
    {
        StopRequest.Check();
        console.Flush();
        CutText(content);
        var size = content["data"]?.ToJsonString().Length ?? 0;
        if (Interlocked.Add(ref displayed, size) > DataLimit)
        {
            content["data"] = new JsonObject
            {
                [MimeBundle.Plain] = $"(A value of {size / 1e6:0.0} MB is not shown: the cell's displays exceed {DataLimit >> 20} MB. Show a smaller part.)",
            };
        }
        Send(type, content);
    }

    private static void CutText(JsonObject content)
    {
        if (content["data"] is JsonObject data && data[MimeBundle.Plain] is JsonValue plain && plain.TryGetValue(out string? text) && text.Length > TextLimit)
        {
            data[MimeBundle.Plain] =
                $"{text[..TextLimit]}\n(Value cut: at most {TextLimit >> 20} MB of text is shown, of {text.Length / 1e6:0.0} MB. Write the rest to a file.)";
        }
    }

    /// <summary>Sends any other message of the running cell.</summary>
    public void Send(string type, JsonObject content) => outbox.Send(new Message(type, content) { Parent = parent });
}
