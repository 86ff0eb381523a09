using System.Text.Json.Nodes;

namespace ITContrast.Notebooks.Jupyter;

/// <summary>
/// Jupyter's classic notebook draws no <c>application/vnd.plotly.v1+json</c>: an output that has it and no HTML gets HTML that
/// draws the figure with the plotly.js that was installed beside the kernelspec, which the notebook server serves.
/// </summary>
internal static class PlotlyInJupyter
{
    /// <summary>The mime type of a plotly figure.</summary>
    public const string MimeType = "application/vnd.plotly.v1+json";

    /// <summary>The script's file in the kernelspec's folder.</summary>
    public const string ScriptName = "plotly.min.js";

    /// <summary>Adds <c>text/html</c> to a message's <c>data</c> where a figure lacks it.</summary>
    public static void Complete(JsonObject content)
    {
        if (content["data"] is JsonObject data && data[MimeType] is { } figure && !data.ContainsKey("text/html"))
        {
            data["text/html"] = Html(figure);
        }
    }

    // One download serves all figures of a page. Jupyter's pages have require.js, which an anonymous module would upset, so
    // the script runs where define, module and exports are undefined and leaves window.Plotly.
    private static string Html(JsonNode figure)
    {
        var id = "itc-" + Guid.NewGuid().ToString("N");
        var json = (figure is JsonValue ? figure.ToString() : figure.ToJsonString()).Replace("</", "<\\/", StringComparison.Ordinal);
        return $$"""
            <div id="{{id}}" style="width:100%;min-height:420px"></div>
            <script type="text/javascript">
            (function () {
              var figure = {{json}};
              var draw = function () {
                var element = document.getElementById("{{id}}");
                if (!element || !window.Plotly) { return; }
                window.Plotly.newPlot(element, figure.data || [], figure.layout || {}, Object.assign({ responsive: true }, figure.config || {}));
              };
              if (window.Plotly) { setTimeout(draw, 0); return; }
              var waiting = window.itcPlotly = window.itcPlotly || [];
              waiting.push(draw);
              if (waiting.length > 1) { return; }
              var config = document.getElementById("jupyter-config-data");
              var base = document.body.dataset.baseUrl || (config && JSON.parse(config.textContent).baseUrl) || "/";
              fetch(base + "kernelspecs/{{KernelSpec.Name}}/{{ScriptName}}", { credentials: "same-origin" })
                .then(function (response) { if (!response.ok) { throw new Error(response.statusText); } return response.text(); })
                .then(function (source) { new Function("define", "module", "exports", source).call(window); })
                .catch(function () {
                  var element = document.getElementById("{{id}}");
                  if (element) { element.textContent = "The figure needs plotly.js, which this page cannot load. Install the kernel (itc kernel install) and reload."; }
                })
                .then(function () { window.itcPlotly = undefined; waiting.forEach(function (each) { each(); }); });
            })();
            </script>
            """;
    }
}
