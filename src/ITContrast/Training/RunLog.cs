using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ITContrast.Training;

/// <summary>
/// The metrics of a run as JSON lines, each with the number of steps done. Lines reach the disk at <see cref="Flush"/>, before the checkpoint that covers them.
/// </summary>
public sealed class RunLog : IDisposable
{
    private readonly FileStream stream;

    /// <param name="path">The file; it is made where it is missing.</param>
    /// <param name="step">Lines of later steps, and a line that was cut short, are removed.</param>
    internal RunLog(string path, long step)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        stream = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
        stream.SetLength(KeptLength(stream, step));
        stream.Position = stream.Length;
    }

    /// <summary>Adds a line.</summary>
    /// <param name="line">An object with the member <c>step</c>.</param>
    public void Append(JsonObject line) => stream.Write(Encoding.UTF8.GetBytes(line.ToJsonString() + "\n"));

    /// <summary>Brings all lines to the disk.</summary>
    public void Flush() => stream.Flush(flushToDisk: true);

    /// <summary>Closes the file.</summary>
    public void Dispose() => stream.Dispose();

    private static long KeptLength(FileStream stream, long step)
    {
        byte[] all = new byte[stream.Length];
        stream.ReadExactly(all);
        long kept = 0;
        for (int start = 0, end; (end = Array.IndexOf(all, (byte)'\n', start)) >= 0; start = end + 1)
        {
            if (StepOf(all.AsSpan(start, end - start)) is not { } at || at > step) break;
            kept = end + 1;
        }
        return kept;
    }

    private static long? StepOf(ReadOnlySpan<byte> line)
    {
        try
        {
            Utf8JsonReader reader = new(line);
            return (JsonNode.Parse(ref reader) as JsonObject)?["step"]?.GetValue<long>();
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }
}
