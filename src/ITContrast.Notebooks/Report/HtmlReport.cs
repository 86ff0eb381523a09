using System.Net;
using System.Text;
using ITContrast.Notebooks.Format;

namespace ITContrast.Notebooks.Report;

/// <summary>
/// An executed notebook as one HTML file that needs nothing else: scripts, styles and pictures are inside, and its policy forbids every
/// request. It has a table of contents, folded code, charts one can zoom, light and dark colours, and prints well.
/// </summary>
public static class HtmlReport
{
    /// <summary>Renders the notebook as it is, with the outputs it holds.</summary>
    public static string Render(NotebookFile notebook)
    {
        var contents = new TableOfContents();
        var images = new ImageEmbedder(Path.GetDirectoryName(Path.GetFullPath(notebook.Path))!);
        NotebookCell? current = null;
        var markdown = new MarkdownHtml(target => images.Source(target, current), contents.Add);
        var outputs = new OutputHtml(markdown);
        var body = new StringBuilder();
        foreach (var cell in notebook.Cells)
        {
            current = cell;
            if (cell.IsMarkdown)
            {
                body.Append("<section class=\"text\">").Append(markdown.ToHtml(cell.Source)).Append("</section>\n");
            }
            else if (cell.IsCode && (cell.Source.Trim().Length > 0 || cell.Outputs.Count > 0))
            {
                Code(cell, outputs, body);
            }
        }
        return Page(notebook.Title, contents.ToHtml(), body.ToString(), outputs.HasFigures);
    }

    /// <summary>Renders the notebook into a file, whole or not at all.</summary>
    /// <exception cref="NotebookException">The file cannot be written.</exception>
    public static void Write(NotebookFile notebook, string path) => AtomicFile.Write(path, Render(notebook));

    private static void Code(NotebookCell cell, OutputHtml outputs, StringBuilder body)
    {
        var number = cell.ExecutionCount is { } count ? $"[{count}]" : "";
        var first = cell.Source.Split('\n').Select(line => line.Trim()).FirstOrDefault(line => line.Length > 0) ?? "";
        var failed = cell.Outputs.Any(output => (string?)output!["output_type"] == "error");
        body.Append("<section class=\"code\">");
        // An output whose code nobody wrote, as in a page of analyses, has none to unfold.
        if (first.Length > 0)
            body.Append(
                    $"<details{(failed ? " open" : "")}><summary><span class=\"count\">{number}</span> <code>{WebUtility.HtmlEncode(first)}</code></summary>")
                .Append("<pre class=\"source\"><code>").Append(CodeHtml.Of(cell.Source)).Append("</code></pre></details>\n");
        body.Append("<div class=\"outputs\">");
        foreach (var output in cell.Outputs)
        {
            body.Append(outputs.ToHtml(output));
        }
        body.Append("</div></section>\n");
    }

    private static string Page(string title, string contents, string body, bool charts)
    {
        var math = body.Contains("class=\"math\"", StringComparison.Ordinal);
        return $"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline' 'unsafe-eval'; img-src data: blob:; font-src data:">
            <meta name="color-scheme" content="light dark">
            <title>{WebUtility.HtmlEncode(title)}</title>
            <style>{Asset.Text("report.css")}{(math ? Asset.Text("temml.css") : "")}</style>
            </head>
            <body>
            <nav><details open><summary>Contents</summary>{contents}</details>
            <p class="tools"><button type="button" id="fold">Show all code</button> <button type="button" id="theme">Light / dark</button></p></nav>
            <main>
            {body}
            </main>
            {(math ? $"<script>{Asset.Script("temml.js")}</script>" : "")}
            {(charts ? $"<script>{Asset.Script("plotly.js")}</script>" : "")}
            <script>{Asset.Script("charts.js")}{Asset.Script("report.js")}</script>
            </body>
            </html>

            """;
    }
}
