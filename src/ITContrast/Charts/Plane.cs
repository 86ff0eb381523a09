using System.Text.Json.Nodes;

namespace ITContrast.Charts;

/// <summary>What drawings of points and unit vectors need beyond lines and bars.</summary>
public static class Plane
{
    /// <summary>Adds points, each with its own text on hover.</summary>
    /// <param name="figure">The figure.</param>
    /// <param name="x">Positions.</param>
    /// <param name="y">As many.</param>
    /// <param name="name">The legend's text.</param>
    /// <param name="texts">Shown on hover, one a point; null for the positions.</param>
    /// <param name="symbol">Plotly's symbol.</param>
    /// <param name="size">Pixels.</param>
    /// <exception cref="ArgumentException">Positions or texts differ in number.</exception>
    public static Figure Points(
        this Figure figure, IReadOnlyList<double> x, IReadOnlyList<double> y, string name, IReadOnlyList<string>? texts = null, string symbol = "circle",
        double size = 9)
    {
        ArgumentNullException.ThrowIfNull(figure);
        if (x.Count != y.Count || (texts is not null && texts.Count != x.Count))
            throw new ArgumentException($"Points need as many x, y and texts; {x.Count}, {y.Count} and {texts?.Count ?? x.Count} came.", nameof(y));
        JsonObject trace = new()
        {
            ["type"] = "scatter", ["mode"] = "markers", ["name"] = name, ["x"] = Figure.Numbers(x), ["y"] = Figure.Numbers(y),
            ["marker"] = new JsonObject { ["symbol"] = symbol, ["size"] = size },
        };
        if (texts is not null)
        {
            trace["text"] = new JsonArray([.. texts.Select(text => (JsonNode)text)]);
            trace["hoverinfo"] = "text";
        }
        return figure.Add(trace);
    }

    /// <summary>Adds the unit circle, as a grey line that explains nothing and so has no place in the legend.</summary>
    public static Figure Circle(this Figure figure)
    {
        ArgumentNullException.ThrowIfNull(figure);
        double[] angles = [.. Enumerable.Range(0, 97).Select(i => i * 2 * Math.PI / 96)];
        figure.Line([.. angles.Select(Math.Cos)], [.. angles.Select(Math.Sin)], "unit circle", dash: "dot");
        (figure.Data[^1]!["line"]!["color"], figure.Data[^1]!["showlegend"], figure.Data[^1]!["hoverinfo"]) = (Palette.Reference, false, "skip");
        return figure.Limits((-1.15, 1.15), (-1.15, 1.15)).Square();
    }

    /// <summary>Fixes the axes; call it after <see cref="Figure.Axes"/>.</summary>
    /// <param name="figure">The figure.</param>
    /// <param name="x">Left and right end; null leaves it to the values.</param>
    /// <param name="y">Lower and upper end.</param>
    public static Figure Limits(this Figure figure, (double Low, double High)? x = null, (double Low, double High)? y = null)
    {
        ArgumentNullException.ThrowIfNull(figure);
        if (x is { } wide) Axis(figure, "xaxis")["range"] = new JsonArray(wide.Low, wide.High);
        if (y is { } high) Axis(figure, "yaxis")["range"] = new JsonArray(high.Low, high.High);
        return figure;
    }

    /// <summary>Gives both axes the same scale, so that angles are true.</summary>
    public static Figure Square(this Figure figure)
    {
        ArgumentNullException.ThrowIfNull(figure);
        (Axis(figure, "yaxis")["scaleanchor"], Axis(figure, "xaxis")["constrain"], figure.Layout["height"]) = ("x", "domain", 440);
        return figure;
    }

    private static JsonNode Axis(Figure figure, string name) => figure.Layout[name] ??= new JsonObject();
}
