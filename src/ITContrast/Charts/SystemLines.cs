using System.Text.Json.Nodes;

namespace ITContrast.Charts;

/// <summary>Lines, points and bands in the style of their system.</summary>
public static class SystemLines
{
    /// <summary>Adds a system's line.</summary>
    /// <param name="figure">The figure.</param>
    /// <param name="system">The system's name: it decides colour, marker and dash.</param>
    /// <param name="x">Positions.</param>
    /// <param name="y">As many values.</param>
    /// <param name="name">The legend's text; the system's name where null.</param>
    /// <param name="markers">Whether points are marked.</param>
    public static Figure SystemLine(
        this Figure figure, string system, IReadOnlyList<double> x, IReadOnlyList<double> y, string? name = null, bool markers = false)
    {
        ArgumentNullException.ThrowIfNull(figure);
        SystemStyle style = SystemStyle.Of(system);
        figure.Line(x, y, name ?? system, markers, style.Dash);
        (figure.Data[^1]!["line"]!["color"], figure.Data[^1]!["legendgroup"]) = (style.Colour, name ?? system);
        figure.Data[^1]!["marker"] = new JsonObject { ["color"] = style.Colour, ["symbol"] = style.Symbol, ["size"] = 7 };
        return figure;
    }

    /// <summary>Adds one labelled point of a system.</summary>
    public static Figure SystemPoint(this Figure figure, string system, double x, double y)
    {
        ArgumentNullException.ThrowIfNull(figure);
        SystemStyle style = SystemStyle.Of(system);
        return figure.Add(new()
        {
            ["type"] = "scatter",
            ["mode"] = "markers+text",
            ["name"] = system,
            ["x"] = new JsonArray(x),
            ["y"] = new JsonArray(y),
            ["text"] = new JsonArray(system),
            ["textposition"] = "top center", ["cliponaxis"] = false, ["showlegend"] = false,
            ["marker"] = new JsonObject { ["color"] = style.Colour, ["symbol"] = style.Symbol, ["size"] = 11 },
        });
    }

    /// <summary>Adds a band between two curves in the system's colour, behind the line of the same name: a click in the legend hides both.</summary>
    /// <exception cref="ArgumentException">Positions and ends differ in number.</exception>
    public static Figure SystemBand(this Figure figure, string system, IReadOnlyList<double> x, IReadOnlyList<double> low, IReadOnlyList<double> high)
    {
        ArgumentNullException.ThrowIfNull(figure);
        if (low.Count != x.Count || high.Count != x.Count)
            throw new ArgumentException(
                $"A band needs two ends a position; {x.Count} positions, {low.Count} lower and {high.Count} upper ends came.", nameof(low));
        return figure.Add(new()
        {
            ["type"] = "scatter",
            ["mode"] = "lines",
            ["name"] = system,
            ["legendgroup"] = system,
            ["showlegend"] = false,
            ["hoverinfo"] = "skip",
            ["fill"] = "toself",
            ["x"] = Figure.Numbers(x.Concat(x.Reverse())), ["y"] = Figure.Numbers(low.Concat(high.Reverse())),
            ["line"] = new JsonObject { ["width"] = 0 }, ["fillcolor"] = Palette.Faded(SystemStyle.Of(system).Colour, 0.18),
        });
    }
}
