using System.Text.Json.Nodes;
using ITContrast.Charts;
using ITContrast.Evaluation.Statistics;
using ITContrast.Experiments.Ablation;

namespace ITContrast.Tests.Charts;

public class ForestPlotTests
{
    private static AblationRow Row(string name, double low, double high, double p) =>
        new(name, 3, 100, 1, 1, 1, 1, 1, 1, new PairedDifference("rsum", (low + high) / 2, low, high, p, 3), p);

    [Fact]
    public void Every_row_but_the_baseline_is_a_point_with_its_interval_and_only_shown_differences_are_filled()
    {
        AblationTable table = new([new("full", 3, 100, 1, 1, 1, 1, 1, 1, null, double.NaN), Row("null", -1, 3, 0.5), Row("worse", -6, -2, 0.01)]);
        JsonNode figure = JsonNode.Parse(ForestPlot.Of(table).ToJson())!;
        JsonArray traces = (JsonArray)figure["data"]!;
        Assert.Equal(2, traces.Count);
        Assert.Equal(("null", 1.0, 2.0, 2.0, "circle-open"), Point(traces[0]!));
        Assert.Equal(("worse", -4.0, 2.0, 2.0, "circle"), Point(traces[1]!));
        Assert.Equal(["worse", "null"], figure["layout"]!["yaxis"]!["categoryarray"]!.AsArray().Select(n => (string?)n));
        Assert.Contains("full", (string)figure["layout"]!["xaxis"]!["title"]!["text"]!);
    }

    private static (string, double, double, double, string) Point(JsonNode trace) =>
        (
            (string)trace["y"]![0]!, (double)trace["x"]![0]!, (double)trace["error_x"]!["array"]![0]!, (double)trace["error_x"]!["arrayminus"]![0]!,
            (string)trace["marker"]!["symbol"]!);
}
