using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using ITContrast.Notebooks.Figures;
using ITContrast.Notebooks.Format;

namespace ITContrast.Cli.Commands;

/// <summary><c>itc figure</c>: plotly figures as pictures, through a headless Chromium.</summary>
internal static class FigureCommand
{
    private const string PlotlyType = "application/vnd.plotly.v1+json";

    public static Command Build()
    {
        var source = new Argument<string>("source") { Description = "A plotly figure as JSON, or an executed notebook." };
        var output = new Option<string>("--out")
        {
            Description = "The picture, .png or .svg; with several figures a number is put before the extension.",
            Required = true,
        };
        var export = new Command("export", "Write figures as PNG or SVG pictures.") { source, output };
        export.SetAction((parse, cancel) => ExportAsync(parse.GetValue(source)!, parse.GetValue(output)!, cancel));
        var notebooks = new Argument<string[]>("notebooks") { Description = "Executed .ipynb files.", Arity = ArgumentArity.OneOrMore };
        var embed = new Command(
            "embed", "Add a PNG picture to every chart of executed notebooks that has none, for viewers that draw no charts; nothing is run.")
        {
            notebooks,
        };
        embed.SetAction((parse, cancel) => EmbedAsync(parse.GetValue(notebooks)!, cancel));
        return new Command("figure", "Draw plotly figures as pictures.") { export, embed };
    }

    private static async Task EmbedAsync(string[] paths, CancellationToken cancel)
    {
        foreach (var path in paths)
        {
            var notebook = NotebookFile.Read(path);
            var added = await FigureImages.EmbedAsync(notebook, cancel);
            if (added > 0) notebook.Write(path);
            Console.WriteLine($"{path}: {added} picture{(added == 1 ? "" : "s")} added");
        }
    }

    private static async Task ExportAsync(string source, string output, CancellationToken cancel)
    {
        var format = Path.GetExtension(output).ToLowerInvariant() switch
        {
            ".png" => "png",
            ".svg" => "svg",
            var other => throw new UserError($"--out {output}: '{other}' is no picture format here; use .png or .svg."),
        };
        var figures = source.EndsWith(".ipynb", StringComparison.OrdinalIgnoreCase)
            ? NotebookFile.Read(source).Cells.SelectMany(cell => cell.Outputs).Select(o => o?["data"]?[PlotlyType] as JsonObject).OfType<JsonObject>().ToList()
            : [ReadFigure(source)];
        if (figures.Count == 0) throw new UserError($"{source} holds no figure; run it first: itc notebook run {source}");
        var pictures = await FigureImages.RenderAsync(figures, format, cancel);
        for (var i = 0; i < pictures.Count; i++)
        {
            var place = pictures.Count == 1 ? output : Path.ChangeExtension(output, $".{i + 1}.{format}");
            await File.WriteAllBytesAsync(place, pictures[i], cancel);
            Console.WriteLine(place);
        }
    }

    private static JsonObject ReadFigure(string path)
    {
        try
        {
            return JsonNode.Parse(File.ReadAllText(path)) is JsonObject figure && figure["data"] is JsonArray ? figure
                : throw new UserError($"{path} is no plotly figure; expected {{\"data\": [...], \"layout\": {{...}}}}.");
        }
        catch (JsonException e)
        {
            throw new UserError($"{path} is not JSON (line {e.LineNumber + 1}); expected a plotly figure {{\"data\": [...], \"layout\": {{...}}}}.");
        }
    }
}
