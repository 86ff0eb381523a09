using ITContrast.Charts;
using Microsoft.DotNet.Interactive.Formatting;

namespace ITContrast.Interop;

/// <summary>
/// How an installed .NET Interactive kernel shows this library's values. The project's own engine needs none of this: it recognises
/// <c>ToMimeBundle</c> by its shape.
/// </summary>
public static class NotebookFormatters
{
    private const string Html = "text/html";

    /// <summary>Registers figures: plotly's own mime type for front ends that draw it, and HTML that draws it elsewhere.</summary>
    public static void Register()
    {
        Formatter.SetPreferredMimeTypesFor(typeof(Figure), Figure.PlotlyMime, Html);
        Formatter.Register<Figure>(figure => figure.ToJson(), Figure.PlotlyMime);
        Formatter.Register<Figure>(figure => Plotly.NET.GenericChart.toChartHTML(figure.ToPlotlyNet()), Html);
    }
}
