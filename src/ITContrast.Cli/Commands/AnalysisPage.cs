using System.Text.Json.Nodes;
using ITContrast.Analysis;
using ITContrast.Charts;
using ITContrast.Notebooks.Format;
using ITContrast.Notebooks.Report;

namespace ITContrast.Cli.Commands;

/// <summary>Analyses as one HTML page: each result's paragraph, then its chart, drawn as a notebook's report draws them.</summary>
internal static class AnalysisPage
{
    public static void Write(IReadOnlyList<IAnalysisResult> results, string path)
    {
        JsonArray cells = [Markdown("title", "# Analysis of embeddings")];
        foreach (IAnalysisResult result in results)
        {
            cells.Add((JsonNode)Markdown(result.Name, $"## {Heading(result)}\n\n{result.ToText()}"));
            cells.Add((JsonNode)Chart(result));
        }
        JsonObject notebook = new()
        {
            ["cells"] = cells, ["nbformat"] = 4, ["nbformat_minor"] = 5,
            ["metadata"] = new JsonObject
            {
                ["kernelspec"] = new JsonObject { ["name"] = NotebookFile.KernelName, ["display_name"] = ".NET (C#)", ["language"] = "C#" },
            },
        };
        HtmlReport.Write(NotebookFile.Parse(notebook.ToJsonString(), path), path);
    }

    private static string Heading(IAnalysisResult result)
    {
        string title = result switch
        {
            AlignmentUniformityReport => "alignment and uniformity",
            FalseNegativeReport { Judges: { } judges } => $"false negatives by {judges}",
            _ => result.Name.Replace('_', ' '),
        };
        return char.ToUpperInvariant(title[0]) + title[1..];
    }

    private static JsonObject Markdown(string id, string text) =>
        new() { ["cell_type"] = "markdown", ["id"] = id, ["metadata"] = new JsonObject(), ["source"] = text };

    private static JsonObject Chart(IAnalysisResult result)
    {
        NotebookCell cell = NotebookCell.Code($"{result.Name}-chart", "");
        cell.SetOutputs([new()
        {
            ["output_type"] = "display_data", ["metadata"] = new JsonObject(),
            ["data"] = new JsonObject { [Figure.PlotlyMime] = JsonNode.Parse(result.ToFigure().ToJson()) },
        }]);
        return cell.Node;
    }
}
