using System.Text.Json.Nodes;

namespace ITContrast.Charts;

/// <summary>A matrix of scores as a heat map: images by row from the top, captions by column, their names on hover.</summary>
public static class ScoreMap
{
    private const int Square = 460;

    /// <summary>Draws.</summary>
    /// <param name="scores">The scores row by row, <c>[rows · columns]</c>; NaN leaves a hole.</param>
    /// <param name="columns">Columns, at least 1.</param>
    /// <param name="title">The figure's title.</param>
    /// <param name="quantity">What a cell is, written at the colour bar.</param>
    /// <param name="rowNames">Shown on hover, one a row; the row's number where null.</param>
    /// <param name="columnNames">Likewise, one a column.</param>
    /// <param name="centred">Whether 0 is the middle of the scale, so that its two sides have two colours: for differences.</param>
    /// <exception cref="ArgumentException">The scores fill no whole rows, or names differ in number.</exception>
    public static Figure Of(
        IReadOnlyList<double> scores, int columns, string title, string quantity = "score",
        IReadOnlyList<string>? rowNames = null, IReadOnlyList<string>? columnNames = null, bool centred = false)
    {
        ArgumentNullException.ThrowIfNull(scores);
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        int rows = scores.Count / columns;
        if (rows == 0 || rows * columns != scores.Count) throw new ArgumentException($"{scores.Count} scores fill no whole rows of {columns}.", nameof(scores));
        if ((rowNames?.Count ?? rows) != rows || (columnNames?.Count ?? columns) != columns)
            throw new ArgumentException(
                $"Expected {rows} row names and {columns} column names, found {rowNames?.Count ?? rows} and {columnNames?.Count ?? columns}.",
                nameof(rowNames));
        JsonArray texts = [.. Enumerable.Range(0, rows).Select(row => (JsonNode)new JsonArray([.. Enumerable.Range(0, columns).Select(column =>
            (JsonNode)$"{rowNames?[row] ?? $"image {row}"} × {columnNames?[column] ?? $"caption {column}"}")]))];
        Figure figure = new Figure(title).Add(new()
        {
            ["type"] = "heatmap",
            ["z"] = new JsonArray([.. Enumerable.Range(0, rows).Select(row => (JsonNode)Figure.Numbers(scores.Skip(row * columns).Take(columns)))]),
            ["text"] = texts, ["hovertemplate"] = "%{text}<br>" + quantity + " %{z:.3f}<extra></extra>",
            ["colorscale"] = centred ? "RdBu" : "Viridis",
            ["colorbar"] = new JsonObject
            {
                ["thickness"] = 14,
                ["title"] = new JsonObject { ["text"] = quantity, ["side"] = "right" },
            },
        }).Axes("caption", "image");
        if (centred) figure.Data[0]!["zmid"] = 0;
        (
            figure.Layout["yaxis"]!["autorange"], figure.Layout["yaxis"]!["scaleanchor"], figure.Layout["xaxis"]!["constrain"],
            figure.Layout["yaxis"]!["constrain"], figure.Layout["height"]) = ("reversed", "x", "domain", "domain", Square);
        return figure;
    }
}
