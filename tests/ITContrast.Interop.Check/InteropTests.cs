using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using ITContrast.Experiments;
using Microsoft.Data.Analysis;
using Microsoft.DotNet.Interactive.Formatting;
using Plotly.NET;
using Figure = ITContrast.Charts.Figure;

namespace ITContrast.Interop.Check;

public sealed class InteropTests
{
    private static Figure Drawn() => new Figure("Recall").Line([1, 2, 3], [10.5, 20, 30], "R@1").Bars(["a", "b"], [1, 2], "runs");

    [Fact]
    public void A_chart_holds_the_figures_traces_layout_and_configuration()
    {
        Figure figure = Drawn();
        JsonNode chart = JsonNode.Parse(GenericChart.toFigureJson(figure.ToPlotlyNet()))!;
        JsonArray traces = chart["data"]!.AsArray();
        Assert.Equal(figure.Data.Count, traces.Count);
        foreach (var (expected, found) in figure.Data.Zip(traces)) Assert.True(JsonNode.DeepEquals(expected, found), $"expected {expected}, found {found}");
        foreach (var (name, value) in figure.Layout) Assert.True(JsonNode.DeepEquals(value, chart["layout"]![name]), $"layout.{name}");
        string html = GenericChart.toChartHTML(figure.ToPlotlyNet());
        Assert.Contains("10.5", html, StringComparison.Ordinal);
        Assert.Contains("\"displaylogo\":false", html.Replace(" ", ""), StringComparison.Ordinal);
    }

    [Fact]
    public void A_frame_has_a_row_a_run_and_takes_part_in_its_algebra()
    {
        RunResult[] runs = [.. new RunStore(Stored()).All().Where(run => run.IsFinished).Take(5).Select(RunResult.Read)];
        DataFrame frame = runs.ToDataFrame();
        Assert.Equal((5, 10), ((int)frame.Rows.Count, frame.Columns.Count));
        Assert.Equal(runs.Select(run => run.Test.RSum), frame["rsum"].Cast<double>());
        Assert.Equal(runs.Max(run => run.Test.RSum), frame.OrderByDescending("rsum")["rsum"][0]);
        Assert.Equal(runs.Select(run => run.Config.System), frame["system"].Cast<string>());
    }

    [Fact]
    public void A_kernel_that_formats_a_figure_gets_plotlys_type_and_html()
    {
        NotebookFormatters.Register();
        Figure figure = Drawn();
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(figure.ToJson()), JsonNode.Parse(figure.ToDisplayString(Figure.PlotlyMime))));
        Assert.Contains("10.5", figure.ToDisplayString("text/html"), StringComparison.Ordinal);
        Assert.Equal(Figure.PlotlyMime, Formatter.GetPreferredMimeTypesFor(typeof(Figure)).First());
    }

    private static string Stored([CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "data", "runs");
}
