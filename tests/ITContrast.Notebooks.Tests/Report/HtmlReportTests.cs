using System.Text.RegularExpressions;
using ITContrast.Notebooks.Figures;
using ITContrast.Notebooks.Report;
using ITContrast.Notebooks.Tests.Running;

namespace ITContrast.Notebooks.Tests.Report;

public class HtmlReportTests
{
    private const string Figure = """
        class Fig { public IReadOnlyDictionary<string, string> ToMimeBundle() => new Dictionary<string, string> { ["application/vnd.plotly.v1+json"] = "{\"data\":[{\"type\":\"bar\",\"x\":[1,2],\"y\":[3,4]}],\"layout\":{\"title\":{\"text\":\"</script><b>\"}}}" }; }
        new Fig()
        """;

    private static void NeedChromium() => Assert.SkipWhen(Chromium.Find() is null, "no Chromium is installed");

    [Fact]
    public async Task Charts_are_drawn_equations_set_and_text_escaped_without_any_request()
    {
        NeedChromium();
        using var notebook = new TestNotebook(
            "md:# A *title*\n\n<img src=x onerror=alert(1)> and $a^2$", Figure, "\"<u>escaped</u>\"", "HTML(\"<u id='declared'>x</u>\")");
        var (result, _) = await notebook.RunAsync();
        var page = Path.Combine(notebook.Folder, "r.html");
        HtmlReport.Write(result.Notebook, page);
        var document = await Chromium.DumpAsync(page, TimeSpan.FromSeconds(5), default);
        Assert.Contains("class=\"main-svg\"", document);
        Assert.Equal(2, Regex.Count(document, "class=\"point\""));
        Assert.Contains("<math", document);
        Assert.Contains("&lt;img src=x", document);
        Assert.Contains("&lt;u&gt;escaped", document);
        Assert.Contains("<u id=\"declared\">", document);
        Assert.DoesNotMatch("<(script|link|img|iframe)[^>]+(src|href)=\"(https?:)?//", document);
    }

    [Fact]
    public async Task Figures_become_pictures()
    {
        NeedChromium();
        using var notebook = new TestNotebook(Figure);
        var (result, _) = await notebook.RunAsync();
        Assert.Equal(1, await FigureImages.EmbedAsync(result.Notebook));
        var png = Convert.FromBase64String((string)result.Notebook.Cells[0].Outputs[0]!["data"]!["image/png"]!);
        Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G'], png[..4]);
        Assert.Equal(0, await FigureImages.EmbedAsync(result.Notebook));
        var svg = await FigureImages.RenderAsync([result.Notebook.Cells[0].Outputs[0]!["data"]!["application/vnd.plotly.v1+json"]!.AsObject()], "svg");
        Assert.StartsWith("<svg", System.Text.Encoding.UTF8.GetString(svg[0]));
    }

    [Fact]
    public void A_table_of_contents_links_each_heading_once()
    {
        using var notebook = new TestNotebook("md:# One", "md:## Two\n## Two");
        var html = HtmlReport.Render(notebook.File);
        Assert.Contains("<a href=\"#two\">Two</a>", html);
        Assert.Contains("<a href=\"#two-2\">Two</a>", html);
        Assert.Contains("<h2 id=\"two-2\">", html);
    }
}
