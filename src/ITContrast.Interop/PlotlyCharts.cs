using System.Text.Json.Nodes;
using DynamicObj;
using Microsoft.FSharp.Collections;
using Newtonsoft.Json.Linq;
using Plotly.NET;
using Figure = ITContrast.Charts.Figure;

namespace ITContrast.Interop;

/// <summary>Figures as charts of Plotly.NET, to be combined and styled with its API.</summary>
public static class PlotlyCharts
{
    /// <summary>The same traces, layout and configuration as a Plotly.NET chart.</summary>
    public static GenericChart ToPlotlyNet(this Figure figure)
    {
        IEnumerable<Trace> traces = figure.Data.OfType<JsonObject>().Select(trace => Filled(new Trace((string?)trace["type"] ?? "scatter"), trace));
        GenericChart chart = GenericChart.ofTraceObjects(false, ListModule.OfSeq(traces));
        chart = GenericChart.setLayout(Filled(new Layout(), figure.Layout), chart);
        return GenericChart.setConfig(Filled(new Config(), figure.Config), chart);
    }

    // Plotly.NET serialises with Newtonsoft's writer, which knows its own tokens.
    private static T Filled<T>(T target, JsonObject values) where T : DynamicObj.DynamicObj
    {
        foreach ((string name, JsonNode? value) in values)
            if (name != "type" || target is not Trace) target.SetProperty(name, value is null ? JValue.CreateNull() : JToken.Parse(value.ToJsonString()));
        return target;
    }
}
