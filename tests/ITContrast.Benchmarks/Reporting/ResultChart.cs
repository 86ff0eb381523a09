using System.Text.Json.Nodes;
using ITContrast.Benchmarks.Running;
using ITContrast.Charts;

namespace ITContrast.Benchmarks.Reporting;

/// <summary>Time ratios as a chart: one bar a comparison, its rounds as an error bar, its target as a mark.</summary>
internal static class ResultChart
{
    /// <summary>The figure; null where no ratio was measured.</summary>
    public static Figure? Of(IReadOnlyList<Outcome> outcomes)
    {
        var ratios = outcomes.Where(o => o.Void is null)
            .SelectMany(o =>
                o.Comparisons.Where(c => c is { Measure: Measure.TimeRatio, Target: not null })
                    .Select(c => (Label: $"{o.Row.Name}: {c.Text}", Figures: o.Of(c))))
            .Where(r => r.Figures.Values.Count > 0).Reverse().ToArray();
        if (ratios.Length == 0) return null;
        Figure figure = new("Time ÷ the other's (below 1: this library is faster)");
        JsonArray Labels() => [.. ratios.Select(r => (JsonNode)r.Label)];
        JsonArray Numbers(Func<Figures, double> of) => [.. ratios.Select(r => (JsonNode)Math.Round(of(r.Figures), 4))];
        figure.Add(new()
        {
            ["type"] = "bar", ["orientation"] = "h", ["name"] = "median", ["x"] = Numbers(f => f.Median), ["y"] = Labels(),
            ["error_x"] = new JsonObject
            {
                ["type"] = "data",
                ["symmetric"] = false,
                ["array"] = Numbers(f => f.Most - f.Median),
                ["arrayminus"] = Numbers(f => f.Median - f.Least),
            },
        });
        figure.Add(new()
        {
            ["type"] = "scatter", ["mode"] = "markers", ["name"] = "target", ["x"] = Numbers(f => f.Target!.Value), ["y"] = Labels(),
            ["marker"] = new JsonObject { ["symbol"] = "line-ns-open", ["size"] = 16, ["line"] = new JsonObject { ["width"] = 3 } },
        });
        figure.Axes("time ÷ the other's", "");
        figure.Layout["height"] = 160 + 26 * ratios.Length;
        return figure;
    }
}
