using System.Text.Json.Nodes;
using System.Threading.Channels;
using ITContrast.Notebooks.Cells;
using ITContrast.Notebooks.Messages;

namespace ITContrast.Notebooks.Worker;

/// <summary>
/// <see cref="Console.In"/> of cells: each line is asked for with an <c>input_request</c>. Where nobody can answer, as in a headless
/// run, input is at its end.
/// </summary>
internal sealed class ConsoleInput(CellOutput output) : TextReader
{
    private Channel<string> lines = Channel.CreateUnbounded<string>();
    private volatile bool allowed;
    private string line = "";
    private int at;

    /// <summary>A new cell begins: what an earlier one left unread is forgotten.</summary>
    public void Begin(bool answered)
    {
        allowed = answered;
        lines = Channel.CreateUnbounded<string>();
        (line, at) = ("", 0);
    }

    /// <summary>Hands over a line that the user typed.</summary>
    public void Answer(string typed) => lines.Writer.TryWrite(typed);

    /// <inheritdoc/>
    public override int Peek() => Fill() ? line[at] : -1;

    /// <inheritdoc/>
    public override int Read() => Fill() ? line[at++] : -1;

    /// <inheritdoc/>
    public override string? ReadLine()
    {
        if (!Fill())
        {
            return null;
        }

        var rest = line[at..^1];
        at = line.Length;
        return rest;
    }

    // Makes sure that a line with its end is there.
    private bool Fill()
    {
        if (at >= line.Length && allowed)
        {
            output.Flush();
            output.Send(MessageTypes.InputRequest, new JsonObject { ["prompt"] = "", ["password"] = false });
            line = lines.Reader.ReadAsync(Notebook.Cancellation).AsTask().GetAwaiter().GetResult() + "\n";
            at = 0;
        }

        return at < line.Length;
    }
}
