using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ITContrast.Notebooks.Format;
using ITContrast.Notebooks.Report;

namespace ITContrast.Notebooks.Figures;

/// <summary>Plotly figures as PNG or SVG, drawn by a headless Chromium with the report's own plotly.</summary>
public static partial class FigureImages
{
    /// <summary>The size of a picture where the figure's layout states none.</summary>
    public const int Width = 800, Height = 450;

    private const int Slow = 20;
    private static readonly TimeSpan FigureBudget = TimeSpan.FromSeconds(5);

    /// <summary>Draws all figures in one page.</summary>
    /// <param name="figures">Figures as plotly JSON: <c>data</c>, <c>layout</c>.</param>
    /// <param name="format"><c>png</c> or <c>svg</c>.</param>
    /// <param name="cancellationToken">Ends the browser.</param>
    /// <returns>The files' bytes, in order.</returns>
    /// <exception cref="NotebookException">There is no Chromium, or a figure cannot be drawn; the message has plotly's own words.</exception>
    public static Task<IReadOnlyList<byte[]>> RenderAsync(IReadOnlyList<JsonObject> figures, string format, CancellationToken cancellationToken = default) =>
        RenderAsync(figures, format, Chromium.DumpAsync, cancellationToken);

    /// <param name="figures">As above.</param>
    /// <param name="format">As above.</param>
    /// <param name="dump">Loads a page for a budget of virtual time and returns its document.</param>
    /// <param name="cancellationToken">Ends it.</param>
    internal static async Task<IReadOnlyList<byte[]>> RenderAsync(
        IReadOnlyList<JsonObject> figures, string format, Func<string, TimeSpan, CancellationToken, Task<string>> dump, CancellationToken cancellationToken)
    {
        if (figures.Count == 0)
        {
            return [];
        }
        var page = Path.Combine(Path.GetTempPath(), $"itc-figures-{Guid.NewGuid():N}.html");
        try
        {
            await File.WriteAllTextAsync(page, Page(figures, format), cancellationToken).ConfigureAwait(false);
            var budget = FigureBudget * (figures.Count + 1);
            var drawn = Pictures(await dump(page, budget, cancellationToken).ConfigureAwait(false));
            // The browser's virtual time may run out while a loaded machine still decodes a picture.
            if (drawn.Count < figures.Count) drawn = Pictures(await dump(page, Slow * budget, cancellationToken).ConfigureAwait(false));
            return [.. figures.Select((_, i) => Bytes(drawn.GetValueOrDefault(i) ?? "error: it took too long", i))];
        }
        finally
        {
            File.Delete(page);
        }
    }

    /// <summary>Adds a PNG to every figure of the notebook that has none, so that viewers without scripts show it.</summary>
    /// <returns>How many were added.</returns>
    public static async Task<int> EmbedAsync(NotebookFile notebook, CancellationToken cancellationToken = default)
    {
        var bundles = notebook.Cells.SelectMany(cell => cell.Outputs).Select(output => output?["data"] as JsonObject)
            .Where(data => data?[OutputHtml.Plotly] is JsonObject && data["image/png"] is null).Select(data => data!).ToList();
        var pictures = await RenderAsync([.. bundles.Select(data => data[OutputHtml.Plotly]!.AsObject())], "png", cancellationToken).ConfigureAwait(false);
        foreach (var (data, picture) in bundles.Zip(pictures))
        {
            data["image/png"] = Convert.ToBase64String(picture);
        }
        return bundles.Count;
    }

    private static Dictionary<int, string> Pictures(string document) =>
        Drawn().Matches(document).ToDictionary(match => int.Parse(match.Groups[1].Value, null), match => WebUtility.HtmlDecode(match.Groups[2].Value));

    private static byte[] Bytes(string uri, int index)
    {
        const string Svg = "data:image/svg+xml,", Png = "data:image/png;base64,";
        return uri.StartsWith(Svg, StringComparison.Ordinal) ? Encoding.UTF8.GetBytes(Uri.UnescapeDataString(uri[Svg.Length..]))
            : uri.StartsWith(Png, StringComparison.Ordinal) ? Convert.FromBase64String(uri[Png.Length..])
            : throw new NotebookException($"Figure {index + 1} was not drawn: {uri}");
    }

    private static string Page(IReadOnlyList<JsonObject> figures, string format) => $$"""
        <!DOCTYPE html><meta charset="utf-8"><body><script>{{Asset.Script("plotly.js")}}</script><script>{{Asset.Script("charts.js")}}</script>
        <script type="application/json" id="figures">{{new JsonArray([.. figures.Select(figure => figure.DeepClone())]).ToJsonString().Replace(
            "</", "<\\/", StringComparison.Ordinal)}}</script>
        <script>
        (async () => {
          const figures = JSON.parse(document.getElementById('figures').textContent);
          for (let i = 0; i < figures.length; i++) {
            const out = document.createElement('pre');
            out.className = 'drawn';
            out.dataset.index = i;
            try {
              const given = figures[i].layout || {};
              const layout = { paper_bgcolor: '#fff', ...given, ...legendBelow(figures[i], given.width || {{Width}}) };
              const size = { width: layout.width || {{Width}}, height: layout.height || {{Height}} };
              out.textContent = await Plotly.toImage({ data: figures[i].data || [], layout }, { format: '{{format}}', scale: 1, ...size });
            } catch (e) { out.textContent = 'error: ' + (e && e.message || e); }
            document.body.append(out);
          }
        })();
        </script></body>
        """;

    [GeneratedRegex("""<pre class="drawn" data-index="(\d+)">([^<]*)</pre>""")] private static partial Regex Drawn();
}
