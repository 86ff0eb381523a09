using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ITContrast.Notebooks.Figures;

namespace ITContrast.Notebooks.Tests.Figures;

public class FigureImagesTests
{
    // A loaded browser's virtual time ran out after the first of two pictures: both are drawn again, with more of it.
    [Fact]
    public async Task Figures_that_are_not_drawn_in_time_are_drawn_again_with_more_time()
    {
        List<TimeSpan> budgets = [];
        Task<string> Dump(string page, TimeSpan budget, CancellationToken cancel)
        {
            Assert.True(File.Exists(page));
            budgets.Add(budget);
            return Task.FromResult(Drawn(0, "<a>") + (budgets.Count == 1 ? "" : Drawn(1, "<b>")));
        }

        var pictures = await FigureImages.RenderAsync([[], []], "svg", Dump, TestContext.Current.CancellationToken);
        Assert.Equal(["<a>", "<b>"], pictures.Select(Encoding.UTF8.GetString));
        Assert.Equal(2, budgets.Count);
        Assert.True(budgets[1] > 10 * budgets[0], $"{budgets[0]}, then {budgets[1]}");
    }

    [Fact]
    public async Task A_figure_that_is_not_drawn_the_second_time_either_is_named()
    {
        var tries = 0;
        Task<string> Dump(string page, TimeSpan budget, CancellationToken cancel)
        {
            tries++;
            return Task.FromResult(Drawn(0, "<a>"));
        }

        var error = await Assert.ThrowsAsync<NotebookException>(() => FigureImages.RenderAsync([[], []], "svg", Dump, TestContext.Current.CancellationToken));
        Assert.Equal("Figure 2 was not drawn: error: it took too long", error.Message);
        Assert.Equal(2, tries);
    }

    // At a fifth of a low plot's height below it, the legend would lie on the axis title.
    [Fact]
    public async Task A_legend_below_a_low_chart_keeps_clear_of_the_axis_title()
    {
        Assert.SkipWhen(Chromium.Find() is null, "No Chromium is installed (Debian: apt-get install chromium).");
        var figure = JsonNode.Parse("""
            {"data": [{"type": "scatter", "y": [1, 2], "name": "one curve with a long name"}, {"type": "scatter", "y": [2, 1], "name": "another curve with a long name"}],
             "layout": {"height": 380, "legend": {"orientation": "h", "y": -0.2}, "margin": {"l": 60, "r": 20, "t": 50, "b": 50}, "xaxis": {"title": {"text": "steps"}}}}
            """)!.AsObject();
        var svg = Encoding.UTF8.GetString((await FigureImages.RenderAsync([figure], "svg", TestContext.Current.CancellationToken))[0]);
        double Number(string pattern) => double.Parse(Regex.Match(svg, pattern).Groups[1].Value, CultureInfo.InvariantCulture);
        var (title, legend) = (
            Number("""class="xtitle"[^>]* y="([\d.]+)""" + "\""), Number("""<g class="legend"[^>]*transform="translate\([\d.]+,([\d.]+)\)"""));
        Assert.True(legend > title + 2, $"The legend begins at {legend}, the axis title's line stands at {title}.");
        Assert.True(legend < 380 - 18, $"The legend begins at {legend} of 380.");
    }

    private static string Drawn(int index, string svg) => $"<pre class=\"drawn\" data-index=\"{index}\">data:image/svg+xml,{Uri.EscapeDataString(svg)}</pre>";
}
