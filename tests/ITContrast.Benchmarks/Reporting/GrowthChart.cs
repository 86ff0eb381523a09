using System.Text.Json.Nodes;
using ITContrast.Benchmarks.Running;
using ITContrast.Charts;

namespace ITContrast.Benchmarks.Reporting;

/// <summary>Median times against a size on logarithmic axes, with the line of proportional growth through the first point.</summary>
internal static class GrowthChart
{
    /// <summary>The figure.</summary>
    public static Figure Of(Outcome outcome, Growth growth)
    {
        double[] sizes = [.. growth.Points.Select(p => p.Size)];
        double[] times =
        [
            .. growth.Points.Select(p => 1e3 * Statistics.Median(outcome.Samples[p.Case.Contender].OfType<Sample>().Select(s => s.Seconds[p.Case.Case]))),
        ];
        Figure figure = new Figure(growth.Title)
            .Line(sizes, times, "measured", markers: true)
            .Line(sizes, [.. sizes.Select(s => times[0] * s / sizes[0])], "proportional", dash: "dot")
            .Axes(growth.Axis, "ms");
        foreach (string axis in new[] { "xaxis", "yaxis" }) ((JsonObject)figure.Layout[axis]!)["type"] = "log";
        return figure;
    }
}
