using System.Text.Json;

namespace ITContrast.Cli.Tests;

/// <summary>A notebook made for a test.</summary>
internal static class TinyNotebook
{
    public static void Write(string path, params string[] cells) => File.WriteAllText(path, JsonSerializer.Serialize(new
    {
        nbformat = 4,
        nbformat_minor = 5,
        metadata = new { kernelspec = new { name = ".net-csharp", display_name = ".NET (C#)", language = "C#" } },
        cells = cells.Select(
            (source, i) =>
                new
                {
                    cell_type = "code",
                    id = $"c{i}",
                    metadata = new { },
                    execution_count = (int?)null,
                    outputs = Array.Empty<object>(),
                    source,
                }),
    }));
}
