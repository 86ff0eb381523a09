using System.Globalization;
using System.Text.Json.Nodes;

namespace ITContrast.Charts;

/// <summary>
/// A plotly figure: traces, layout and configuration as plotly.js reads them. Notebooks and reports draw it by its mime bundle; it knows
/// numbers only, never models.
/// </summary>
public sealed class Figure
{
    /// <summary>The mime type under which plotly figures are shown.</summary>
    public const string PlotlyMime = "application/vnd.plotly.v1+json";

    /// <param name="title">The figure's title; also its text where no chart can be drawn.</param>
    public Figure(string title)
    {
        Title = title;
        Layout = new()
        {
            ["title"] = new JsonObject { ["text"] = title },
            ["template"] = "plotly_white",
            ["colorway"] = new JsonArray([.. Palette.Colours.Select(colour => (JsonNode)colour)]),
            ["font"] = new JsonObject { ["size"] = 13 },
            ["legend"] = new JsonObject { ["orientation"] = "h", ["y"] = -0.2 },
            ["margin"] = new JsonObject { ["l"] = 60, ["r"] = 20, ["t"] = 50, ["b"] = 50 },
            ["height"] = 380,
        };
    }

    /// <summary>The title.</summary>
    public string Title { get; }

    /// <summary>The traces.</summary>
    public JsonArray Data { get; } = [];

    /// <summary>Axes, legend, annotations.</summary>
    public JsonObject Layout { get; }

    /// <summary>Behaviour of the drawn chart.</summary>
    public JsonObject Config { get; } = new() { ["responsive"] = true, ["displaylogo"] = false };

    /// <summary>Adds a trace as plotly describes it.</summary>
    public Figure Add(JsonObject trace)
    {
        Data.Add(trace);
        return this;
    }

    /// <summary>Adds a line through points.</summary>
    /// <param name="x">Positions.</param>
    /// <param name="y">As many values; one that is not finite breaks the line.</param>
    /// <param name="name">The legend's text.</param>
    /// <param name="markers">Whether points are marked.</param>
    /// <param name="dash">Plotly's dash style; "solid" by default.</param>
    /// <param name="secondAxis">Whether the values belong to the right axis.</param>
    /// <exception cref="ArgumentException">x and y differ in length.</exception>
    public Figure Line(IReadOnlyList<double> x, IReadOnlyList<double> y, string name, bool markers = false, string dash = "solid", bool secondAxis = false)
    {
        if (x.Count != y.Count)
            throw new ArgumentException($"A line needs as many values as positions; {x.Count} positions and {y.Count} values came.", nameof(y));
        JsonObject trace = new()
        {
            ["type"] = "scatter", ["mode"] = markers ? "lines+markers" : "lines", ["name"] = name, ["x"] = Numbers(x), ["y"] = Numbers(y),
            ["line"] = new JsonObject { ["dash"] = dash },
        };
        if (secondAxis) trace["yaxis"] = "y2";
        return Add(trace);
    }

    /// <summary>Adds bars, one a label, with their values written on them.</summary>
    /// <exception cref="ArgumentException">Labels and values differ in number.</exception>
    public Figure Bars(IReadOnlyList<string> labels, IReadOnlyList<double> values, string name)
    {
        if (labels.Count != values.Count)
            throw new ArgumentException($"Bars need a label each; {labels.Count} labels and {values.Count} values came.", nameof(values));
        return Add(new()
        {
            ["type"] = "bar", ["name"] = name, ["x"] = new JsonArray([.. labels.Select(label => (JsonNode)label)]), ["y"] = Numbers(values),
            ["text"] = new JsonArray([.. values.Select(value => (JsonNode)value.ToString("0.0", CultureInfo.InvariantCulture))]),
            ["textposition"] = "outside",
            ["cliponaxis"] = false,
        });
    }

    /// <summary>Names the axes.</summary>
    /// <param name="x">The horizontal axis.</param>
    /// <param name="y">The left axis.</param>
    /// <param name="second">The right axis; null for none.</param>
    public Figure Axes(string x, string y, string? second = null)
    {
        Layout["xaxis"] = Axis(x);
        Layout["yaxis"] = Axis(y);
        if (second is null) return this;
        JsonObject right = Axis(second);
        // Ticks of its own: plotly would put them at the left axis's places, at values like 1.434.
        (right["overlaying"], right["side"], right["showgrid"], right["tickmode"]) = ("y", "right", false, "auto");
        Layout["yaxis2"] = right;
        // The page's buttons stand at the right edge; the axis's title must not lie under them.
        Layout["margin"]!["r"] = 90;
        return this;
    }

    /// <summary>The whole figure as plotly's JSON.</summary>
    public string ToJson() => new JsonObject { ["data"] = Data.DeepClone(), ["layout"] = Layout.DeepClone(), ["config"] = Config.DeepClone() }.ToJsonString();

    /// <summary>How notebooks show the figure: plotly's JSON, and the title as text.</summary>
    public IReadOnlyDictionary<string, string> ToMimeBundle() =>
        new Dictionary<string, string> { [PlotlyMime] = ToJson(), ["text/plain"] = $"Figure: {Title}" };

    internal static JsonArray Numbers(IEnumerable<double> values) =>
        // JSON has no NaN; plotly breaks a line at null.
        new([.. values.Select(value => double.IsFinite(value) ? (JsonNode)value : null)]);

    private static JsonObject Axis(string title) => new() { ["title"] = new JsonObject { ["text"] = title }, ["automargin"] = true };
}
