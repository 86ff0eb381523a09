using System.Text.Json.Nodes;
using ITContrast.Notebooks.Messages;

namespace ITContrast.Notebooks.Worker;

/// <summary>The outputs of the running cell: console text and displays, in the order in which the cell made them, within limits.</summary>
internal sealed class CellOutput
{
    /// <summary>Console text a cell may show.</summary>
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
        var size = content["data"]?.ToJsonString().Length ?? 0;
        if (Interlocked.Add(ref displayed, size) > DataLimit)
        {
            content["data"] = new JsonObject
            {
                ["text/plain"] = $"(A value of {size / 1e6:0.0} MB is not shown: the cell's displays exceed {DataLimit >> 20} MB. Show a smaller part.)",
            };
        }
        Send(type, content);
    }

    /// <summary>Sends any other message of the running cell.</summary>
    public void Send(string type, JsonObject content) => outbox.Send(new Message(type, content) { Parent = parent });
}
