using System.Text.Json.Nodes;
using ITContrast.Notebooks.Figures;

namespace ITContrast.Benchmarks.Reporting;

/// <summary>Charts as pictures, for pages that draw no plotly figures; they need a Chromium.</summary>
internal static class Pictures
{
    /// <summary>Draws every <c>NAME.plotly.json</c> of a folder as <c>NAME.svg</c> and names them on its page.</summary>
    public static async Task DrawAsync(string folder, CancellationToken cancel)
    {
        string[] files = [.. Directory.GetFiles(folder, "*.plotly.json").Order(StringComparer.Ordinal)];
        if (files.Length == 0 || Chromium.Find() is null) return;
        IReadOnlyList<byte[]> drawn = await FigureImages.RenderAsync(
            [.. files.Select(file => JsonNode.Parse(File.ReadAllText(file))!.AsObject())],
            "svg",
            cancel);
        List<string> lines = ["", "## Charts", ""];
        for (int i = 0; i < files.Length; i++)
        {
            string name = Path.GetFileName(files[i]).Replace(".plotly.json", ".svg", StringComparison.Ordinal);
            File.WriteAllBytes(Path.Combine(folder, name), drawn[i]);
            lines.Add($"![{(string?)JsonNode.Parse(File.ReadAllText(files[i]))!["layout"]?["title"]?["text"]}]({name})");
        }
        File.AppendAllLines(Path.Combine(folder, "README.md"), lines);
    }
}
