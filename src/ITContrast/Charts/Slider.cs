using System.Globalization;
using System.Text.Json.Nodes;

namespace ITContrast.Charts;

/// <summary>
/// Charts behind one slider: each position shows one chart's traces. Nothing is computed in the page, so it works in a notebook, in a report and from a
/// saved file; on paper the first position to be shown is printed.
/// </summary>
public static class Slider
{
    /// <summary>
    /// Puts charts behind a slider. Axes and shapes are those of the first chart, so give it the limits that all need; pictures in the plot are each chart's
    /// own.
    /// </summary>
    /// <param name="title">The figure's title.</param>
    /// <param name="quantity">What the slider changes, written before its value: "τ", "step".</param>
    /// <param name="steps">The slider's positions in order, at least one; every chart needs a trace.</param>
    /// <param name="start">The position shown first.</param>
    /// <exception cref="ArgumentException">No position, or a chart without traces.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="start"/> is no position.</exception>
    public static Figure Of(string title, string quantity, IReadOnlyList<(string Label, Figure Chart)> steps, int start = 0)
    {
        ArgumentNullException.ThrowIfNull(steps);
        if (steps.Count == 0) throw new ArgumentException("A slider needs a position; none came.", nameof(steps));
        if (steps.FirstOrDefault(step => step.Chart.Data.Count == 0) is { Chart: not null } empty)
            throw new ArgumentException($"The chart at {quantity} = {empty.Label} has no trace.", nameof(steps));
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(start, steps.Count);

        Figure figure = new(title);
        foreach ((string key, JsonNode? part) in steps[0].Chart.Layout)
            if (key != "title") figure.Layout[key] = part?.DeepClone();
        int[] owner = [.. steps.SelectMany((step, position) => Enumerable.Repeat(position, step.Chart.Data.Count))];
        foreach (JsonNode? trace in steps.SelectMany(step => step.Chart.Data)) figure.Add((JsonObject)trace!.DeepClone());
        for (int i = 0; i < owner.Length; i++)
        {
            figure.Data[i]!["visible"] = owner[i] == start;
            Colour(figure.Data[i]!, i - Array.IndexOf(owner, owner[i]));
        }
        bool pictured = steps.Any(step => step.Chart.Layout["images"] is not null);
        figure.Layout["sliders"] = new JsonArray(new JsonObject
        {
            ["active"] = start,
            ["currentvalue"] = new JsonObject { ["prefix"] = quantity + " = " },
            ["pad"] = new JsonObject { ["t"] = 60 },
            ["steps"] = new JsonArray([
                .. steps.Select(
                    (step, position) =>
                        (JsonNode)Position(step.Label, [.. owner.Select(of => (JsonNode)(of == position))], step.Chart.Layout["images"], pictured)),
            ]),
        });
        if (pictured) figure.Layout["images"] = steps[start].Chart.Layout["images"]?.DeepClone() ?? new JsonArray();
        // The slider stands where the legend would; the title keeps its own line above both.
        figure.Layout["legend"] = new JsonObject { ["orientation"] = "h", ["y"] = 1.02, ["yanchor"] = "bottom" };
        figure.Layout["margin"] = new JsonObject { ["l"] = 60, ["r"] = 20, ["t"] = 90, ["b"] = 50 };
        figure.Layout["height"] = double.Parse(figure.Layout["height"]!.ToJsonString(), CultureInfo.InvariantCulture) + 130;
        return figure;
    }

    private static JsonObject Position(string label, JsonArray visible, JsonNode? pictures, bool pictured) => new()
    {
        ["label"] = label, ["method"] = pictured ? "update" : "restyle",
        ["args"] = pictured
            ? new JsonArray(new JsonObject { ["visible"] = visible }, new JsonObject { ["images"] = pictures?.DeepClone() ?? new JsonArray() })
            : new JsonArray("visible", visible),
    };

    // Plotly counts colours over all traces, hidden ones too; the same place in each chart must keep its colour.
    private static void Colour(JsonNode trace, int place)
    {
        string kind = trace["type"]?.GetValue<string>() == "bar" ? "marker" : "line";
        if (trace["type"]?.GetValue<string>() is "heatmap" or "histogram2d") return;
        foreach (string part in new[] { kind, "marker" })
        {
            JsonNode? style = trace[part];
            if (style is null) trace[part] = style = new JsonObject();
            style["color"] ??= Palette.At(place);
        }
    }
}
