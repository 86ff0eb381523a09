using System.Text.Json.Nodes;
using ITContrast.Experiments.Ablation;

namespace ITContrast.Charts;

/// <summary>The rows of an ablation as a forest plot: each difference to the baseline with its interval, on a line at zero.</summary>
public static class ForestPlot
{
    private const int RowHeight = 28, Frame = 190;

    /// <summary>Draws Δ rsum of every row but the baseline, first row on top; rows shown to differ are filled, the others hollow.</summary>
    public static Figure Of(AblationTable table, string title = "Difference to the baseline, rsum")
    {
        AblationRow[] rows = [.. table.Rows.Where(row => row.Difference is not null).Reverse()];
        int[] seeds = [.. table.Rows.Select(row => row.Seeds).Distinct().Order()];
        Figure figure = new($"{title}, {string.Join(" to ", seeds.Length > 1 ? [seeds[0], seeds[^1]] : seeds)} seeds");
        foreach (bool different in new[] { false, true })
        {
            AblationRow[] part = [.. rows.Where(row => row.IsDifferent == different)];
            if (part.Length > 0) figure.Add(Points(part, different));
        }
        figure.Axes($"Δ rsum to \"{table.Rows[0].Name}\", 95 % interval", "");
        figure.Layout["yaxis"] = new JsonObject { ["automargin"] = true, ["dtick"] = 1, ["categoryorder"] = "array", ["categoryarray"] = Names(rows) };
        figure.Layout["shapes"] = new JsonArray(new JsonObject
        {
            ["type"] = "line",
            ["x0"] = 0,
            ["x1"] = 0,
            ["yref"] = "paper",
            ["y0"] = 0,
            ["y1"] = 1,
            ["line"] = new JsonObject { ["color"] = Palette.Reference, ["dash"] = "dot" },
        });
        figure.Layout["height"] = Frame + RowHeight * rows.Length;
        return figure;
    }

    private static JsonObject Points(AblationRow[] rows, bool different) => new()
    {
        ["type"] = "scatter", ["mode"] = "markers", ["name"] = different ? "different (interval without 0, corrected p ≤ 0.05)" : "no difference shown",
        ["x"] = Figure.Numbers(rows.Select(row => row.Difference!.Difference)), ["y"] = Names(rows),
        ["marker"] = new JsonObject { ["size"] = 9, ["color"] = different ? Palette.At(1) : Palette.At(0), ["symbol"] = different ? "circle" : "circle-open" },
        ["error_x"] = new JsonObject
        {
            ["type"] = "data", ["symmetric"] = false,
            ["array"] = Figure.Numbers(rows.Select(row => row.Difference!.High - row.Difference.Difference)),
            ["arrayminus"] = Figure.Numbers(rows.Select(row => row.Difference!.Difference - row.Difference.Low)),
        },
    };

    private static JsonArray Names(AblationRow[] rows) => [.. rows.Select(row => (JsonNode)row.Name)];
}
