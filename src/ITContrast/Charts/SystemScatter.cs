using System.Text.Json.Nodes;

namespace ITContrast.Charts;

/// <summary>One system as a point: what it costs and what it gains.</summary>
/// <param name="System">Its name.</param>
/// <param name="X">Place along, above 0 where the axis is logarithmic.</param>
/// <param name="Y">Height.</param>
public sealed record PlacedSystem(string System, double X, double Y);

/// <summary>
/// Systems as points, with names that never overlap however close the points lie: names stand in a column at the right, in the order of the heights and at
/// least a line apart, and a thin line leads from each to its point.
/// </summary>
public static class SystemScatter
{
    /// <summary>Draws.</summary>
    /// <param name="title">The figure's title.</param>
    /// <param name="systems">The points, at least one, finite.</param>
    /// <param name="x">The horizontal axis.</param>
    /// <param name="y">The vertical axis.</param>
    /// <param name="logarithmic">Whether the horizontal axis is logarithmic.</param>
    /// <exception cref="ArgumentException">No point, one that is no number, or one at or below 0 on a logarithmic axis.</exception>
    public static Figure Of(string title, IReadOnlyList<PlacedSystem> systems, string x, string y, bool logarithmic = false)
    {
        ArgumentNullException.ThrowIfNull(systems);
        if (systems.Count == 0) throw new ArgumentException("A chart of systems needs a point; none came.", nameof(systems));
        if (systems.FirstOrDefault(s => !double.IsFinite(s.X) || !double.IsFinite(s.Y) || (logarithmic && s.X <= 0)) is { } wrong)
            throw new ArgumentException(
                FormattableString.Invariant(
                    $"{wrong.System} lies at ({wrong.X}, {wrong.Y}); expected finite numbers{(logarithmic ? ", the first above 0" : "")}."),
                nameof(systems));
        PlacedSystem[] sorted = [.. systems.OrderBy(s => s.Y)];
        double Along(PlacedSystem s) => logarithmic ? Math.Log10(s.X) : s.X;
        var (left, right) = Padded(sorted.Min(Along), sorted.Max(Along), 0.05);
        var (low, high) = Padded(sorted[0].Y, sorted[^1].Y, 0.08);
        double[] names = Apart([.. sorted.Select(s => s.Y)], low, high);
        double edge = logarithmic ? Math.Pow(10, right) : right;

        Figure figure = new Figure(title).Axes(x, y);
        JsonArray lineX = [], lineY = [], annotations = [];
        for (int i = 0; i < sorted.Length; i++)
        {
            foreach (JsonNode? part in new JsonNode?[] { sorted[i].X, edge, null }) lineX.Add(part);
            foreach (JsonNode? part in new JsonNode?[] { sorted[i].Y, names[i], null }) lineY.Add(part);
            annotations.Add(new JsonObject
            {
                ["xref"] = "paper",
                ["x"] = 1,
                ["xanchor"] = "left",
                ["yref"] = "y",
                ["y"] = names[i],
                ["yanchor"] = "middle",
                ["showarrow"] = false,
                ["text"] = sorted[i].System,
                ["font"] = new JsonObject { ["size"] = 12 },
            });
        }
        figure.Add(new()
        {
            ["type"] = "scatter",
            ["mode"] = "lines",
            ["x"] = lineX,
            ["y"] = lineY,
            ["showlegend"] = false,
            ["hoverinfo"] = "skip",
            ["line"] = new JsonObject { ["color"] = Palette.Reference, ["width"] = 0.7 },
        });
        foreach (PlacedSystem system in sorted)
        {
            SystemStyle style = SystemStyle.Of(system.System);
            figure.Add(new()
            {
                ["type"] = "scatter",
                ["mode"] = "markers",
                ["name"] = system.System,
                ["x"] = new JsonArray(system.X),
                ["y"] = new JsonArray(system.Y),
                ["showlegend"] = false,
                ["marker"] = new JsonObject { ["color"] = style.Colour, ["symbol"] = style.Symbol, ["size"] = 11 },
            });
        }
        figure.Layout["annotations"] = annotations;
        figure.Layout["xaxis"]!["range"] = new JsonArray(left, right);
        if (logarithmic) figure.Layout["xaxis"]!["type"] = "log";
        figure.Layout["yaxis"]!["range"] = new JsonArray(low, high);
        figure.Layout["margin"] = new JsonObject { ["l"] = 60, ["r"] = 130, ["t"] = 60, ["b"] = 60 };
        figure.Layout["height"] = Math.Max(420, 120 + 20 * (sorted.Length + 1));
        return figure;
    }

    // Ascending heights, moved as little as one pass up and one down can, until neighbours are a line apart; there is room, as a line is the height over the
    // number of names.
    private static double[] Apart(double[] heights, double low, double high)
    {
        double line = (high - low) / (heights.Length + 1);
        double[] at = [.. heights];
        for (int i = 1; i < at.Length; i++) at[i] = Math.Max(at[i], at[i - 1] + line);
        for (int i = at.Length - 1; i >= 0; i--) at[i] = Math.Min(at[i], i == at.Length - 1 ? high - line / 2 : at[i + 1] - line);
        return at;
    }

    private static (double From, double To) Padded(double from, double to, double share) =>
        from == to ? (from - 1, to + 1) : (from - share * (to - from), to + share * (to - from));
}
