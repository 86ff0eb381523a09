using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ITContrast.Notebooks.Format;

namespace ITContrast.Notebooks.Report;

/// <summary>One nbformat output as HTML. Only a bundle's <c>text/html</c>, SVG and script are trusted; text is escaped.</summary>
internal sealed partial class OutputHtml(MarkdownHtml markdown)
{
    /// <summary>The mime type of a plotly figure.</summary>
    public const string Plotly = "application/vnd.plotly.v1+json";

    private int figures;

    /// <summary>Whether a chart was rendered, so that the page needs plotly.</summary>
    public bool HasFigures => figures > 0;

    /// <summary>The output's HTML.</summary>
    public string ToHtml(JsonNode? output) => (string?)output?["output_type"] switch
    {
        "stream" => $"<pre class=\"stream{((string?)output!["name"] == "stderr" ? " err" : "")}\">{Text(MultiLine.Join(output["text"]))}</pre>\n",
        "error" => $"<pre class=\"error\">{Text(string.Join('\n', (output!["traceback"] as JsonArray ?? []).Select(line => line?.ToString())))}</pre>\n",
        "display_data" or "execute_result" when output!["data"] is JsonObject data => Bundle(data),
        _ => "",
    };

    private string Bundle(JsonObject data)
    {
        string? Held(string type) => data[type] is { } node ? MultiLine.Join(node) : null;
        if (data[Plotly] is JsonObject figure)
        {
            return Chart(figure, Held("image/svg+xml"), Held("image/png"));
        }
        if (Held("text/html") is { } html)
        {
            return $"<div class=\"rich\">{html}</div>\n";
        }
        if (Held("image/svg+xml") is { } svg)
        {
            return $"<div class=\"rich\">{svg}</div>\n";
        }
        foreach (var type in (string[])["image/png", "image/jpeg", "image/gif", "image/webp"])
        {
            if (Held(type) is { } base64)
            {
                return $"<img class=\"picture\" alt=\"{Text(Held("text/plain") ?? "picture")}\" src=\"data:{type};base64,{WhiteSpace().Replace(base64, "")}\">\n";
            }
        }
        if (Held("text/markdown") is { } text)
        {
            return $"<div class=\"rich\">{markdown.ToHtml(text)}</div>\n";
        }
        if (Held("text/latex") is { } latex)
        {
            return MarkdownHtml.Math(latex.Trim('$', ' ', '\n'), display: true);
        }
        if ((Held("application/javascript") ?? Held("text/javascript")) is { } script)
        {
            return $"<div class=\"rich\"></div><script>(function(element){{{ForScript(script)}\n}})(document.currentScript.previousElementSibling)</script>\n";
        }
        return $"<pre class=\"result\">{Text(Held("text/plain") ?? Held("application/json") ?? "")}</pre>\n";
    }

    private string Chart(JsonObject figure, string? svg, string? png)
    {
        figures++;
        var height = (figure["layout"]?["height"] as JsonValue)?.TryGetValue(out double given) == true ? given : 420;
        var still = png is not null ? $"<img alt=\"chart\" src=\"data:image/png;base64,{WhiteSpace().Replace(png, "")}\">" : svg ?? "This chart needs scripts.";
        return $"<div class=\"chart\" style=\"min-height:{height:0}px\"><script type=\"application/json\">{ForScript(figure.ToJsonString())}</script><noscript>{still}</noscript></div>\n";
    }

    /// <summary>Text inside a script element: the element's end and an HTML comment's start must not appear.</summary>
    private static string ForScript(string text) => text.Replace("</", "<\\/", StringComparison.Ordinal).Replace("<!--", "<\\!--", StringComparison.Ordinal);

    /// <summary>Escaped text; a terminal's colour codes are dropped.</summary>
    private static string Text(string text) => WebUtility.HtmlEncode(Ansi().Replace(text, ""));

    [GeneratedRegex("\x1b\\[[0-9;]*[A-Za-z]")] private static partial Regex Ansi();
    [GeneratedRegex(@"\s+")] private static partial Regex WhiteSpace();
}
