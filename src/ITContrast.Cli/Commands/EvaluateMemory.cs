using System.Globalization;
using System.Text.Json.Nodes;
using ITContrast.Evaluation;

namespace ITContrast.Cli.Commands;

/// <summary><c>itc evaluate --memory</c>: the most memory this process ever held, as the kernel counted it from its start.</summary>
internal static class EvaluateMemory
{
    /// <summary>All of it, and the bytes of the two embeddings, whose mapped pages are part of it as far as they stayed.</summary>
    public static JsonObject Json(EmbeddingFile images, EmbeddingFile captions) => new()
    {
        ["peak_bytes"] = Peak(),
        ["embedding_bytes"] = sizeof(float) * ((long)images.Count * images.Width + (long)captions.Count * captions.Width),
    };

    // Linux only; elsewhere 0.
    private static long Peak()
    {
        const string Status = "/proc/self/status", Field = "VmHWM:";
        string? line = File.Exists(Status) ? File.ReadLines(Status).FirstOrDefault(text => text.StartsWith(Field, StringComparison.Ordinal)) : null;
        return line is null ? 0 : 1024 * long.Parse(line[Field.Length..].Trim().Split(' ')[0], CultureInfo.InvariantCulture);
    }
}
