using System.Text.Json.Nodes;
using ITContrast.Analysis;
using ITContrast.Charts;
using ITContrast.Experiments;
using ITContrast.Tests.Analysis;
using ITContrast.Tests.Data;
using ITContrast.Training;

namespace ITContrast.Tests.Charts;

[Collection(LiveTensors.Name), KeepsTensors]
public sealed class SystemChartTests
{
    private static JsonArray Data(Figure figure) => (JsonArray)JsonNode.Parse(figure.ToJson())!["data"]!;

    private static double[] Values(JsonNode? values) => [.. values!.AsArray().Select(value => value is null ? double.NaN : (double)value)];

    [Fact]
    public void A_recall_band_is_the_spread_of_items_and_not_of_queries()
    {
        // Two items with two queries each, two seeds. Hits at K = 1: item 0 has (1, 1) and (1, 0), item 1 has none: 75 % and 0 %.
        RankedSystem system = new("coder", [[0, 0, 3, 3], [0, 1, 2, 3]]);
        int[] itemOf = [0, 0, 1, 1];
        (double mean, double half) = RecallBands.At(system, itemOf, 1);
        Assert.Equal(37.5, mean, 1e-12);
        Assert.Equal(1.96 * Math.Sqrt(2 * 37.5 * 37.5 / 1 / 2), half, 1e-9);

        JsonArray data = Data(RecallBands.Of([system, new("infonce", [[0, 0, 0, 0]])], itemOf, gallery: 4, cuts: [1, 4]));
        Assert.Equal(["coder", "coder", "infonce", "infonce", "chance"], data.Select(trace => (string)trace!["name"]!));
        Assert.Equal([1, 4, 4, 1], Values(data[0]!["x"]));
        // Cut at 0 and 100: no share lies outside.
        Assert.Equal([0, 100, 100, Math.Min(100, 37.5 + half)], Values(data[0]!["y"]));
        Assert.Equal([37.5, 100], Values(data[1]!["y"]));
        Assert.Equal([25, 100], Values(data[4]!["y"]));
        Assert.Equal(SystemStyle.Of("coder").Colour, (string?)data[1]!["line"]!["color"]);
        Assert.Throws<ArgumentException>(() => RecallBands.Of([new("coder", [[0]])], itemOf, 4));
        Assert.Throws<ArgumentException>(() => RecallBands.Of([], itemOf, 4));
    }

    // Fourteen systems at the same place but for a hair, one far below: names stand a line apart, in the order of the heights, inside the axis, and each line
    // ends at its point.
    [Theory, InlineData(false), InlineData(true)]
    public void Names_of_crowded_points_never_overlap(bool logarithmic)
    {
        PlacedSystem[] systems = [.. Enumerable.Range(0, 14).Select(i => new PlacedSystem($"s{i}", 20 + i * 0.1, 170 + i * 0.01)), new("low", 300, 20)];
        JsonNode figure = JsonNode.Parse(SystemScatter.Of("t", systems, "x", "y", logarithmic).ToJson())!;
        var names = figure["layout"]!["annotations"]!.AsArray().Select(a => (Text: (string)a!["text"]!, Y: (double)a["y"]!)).OrderBy(a => a.Y).ToArray();
        Assert.Equal(systems.OrderBy(s => s.Y).Select(s => s.System), names.Select(n => n.Text));
        double[] axis = Values(figure["layout"]!["yaxis"]!["range"]);
        double line = (axis[1] - axis[0]) / 16;
        Assert.All(names.Zip(names.Skip(1)), pair => Assert.True(pair.Second.Y - pair.First.Y > 0.999 * line));
        Assert.True(names[0].Y > axis[0] && names[^1].Y < axis[1]);
        // 18 pixels of height a name at least: a line of text of 12.
        Assert.True((double)figure["layout"]!["height"]! - 120 >= 18 * systems.Length);
        var leaders = figure["data"]![0]!;
        double[] x = Values(leaders["x"]), y = Values(leaders["y"]);
        Assert.Equal(systems.OrderBy(s => s.Y).Select(s => (s.X, s.Y)), Enumerable.Range(0, 15).Select(i => (x[3 * i], y[3 * i])));
        Assert.Equal(names.Select(n => n.Y), Enumerable.Range(0, 15).Select(i => y[3 * i + 1]));
        double right = Values(figure["layout"]!["xaxis"]!["range"])[1];
        Assert.Equal(logarithmic ? Math.Pow(10, right) : right, x[1], 1e-9);
        Assert.Throws<ArgumentException>(() => SystemScatter.Of("t", [], "x", "y"));
        Assert.Contains("above 0", Assert.Throws<ArgumentException>(() => SystemScatter.Of("t", [new("s", 0, 1)], "x", "y", logarithmic: true)).Message);
    }

    [Fact]
    public void Training_curves_hold_every_run_and_name_each_system_once()
    {
        using TemporaryFolder temporary = new();
        string folder = temporary.Path;
        RunResult[] runs = [Run(folder, "infonce", 1, [4, 2, 0]), Run(folder, "infonce", 2, [5, 3, 1]), Run(folder, "coder", 1, [6, 6, 6])];
        Figure figure = TrainingCurves.Of(runs, smoothing: 2);
        JsonArray data = Data(figure);
        Assert.Equal("Training of 3 runs of 2 systems; loss as mean of 2 steps", figure.Title);
        Assert.Equal(6, data.Count);
        Assert.Equal([1, 0.75, 0.25], Values(data[0]!["y"]));
        Assert.Equal([4, 3, 1], Values(Data(TrainingCurves.Of(runs[..2], smoothing: 2))[0]!["y"]));
        Assert.Equal([50], Values(data[1]!["y"]));
        Assert.Equal("y2", (string?)data[1]!["yaxis"]);
        Assert.Equal([true, false, false, false, true, false], data.Select(trace => (bool)trace!["showlegend"]!));
        Assert.Equal(data[0]!["line"]!["color"]!.ToJsonString(), data[2]!["line"]!["color"]!.ToJsonString());
        Assert.NotEqual(data[0]!["line"]!["color"]!.ToJsonString(), data[4]!["line"]!["color"]!.ToJsonString());
        Assert.Throws<ArgumentException>(() => TrainingCurves.Of([]));
    }

    private static RunResult Run(string root, string system, ulong seed, double[] losses)
    {
        string path = Path.Combine(root, $"{system}-{seed}");
        Directory.CreateDirectory(path);
        RunFolder folder = new(path);
        File.WriteAllLines(folder.MetricsPath, [.. losses.Select((loss, i) => new JsonObject { ["step"] = i + 1, ["loss"] = loss }.ToJsonString()),
            new JsonObject { ["step"] = losses.Length, ["validation"] = new JsonObject { ["rsum"] = 50 } }.ToJsonString()]);
        return new(folder, new RunConfig { System = system, Seed = seed }, null!, null!, losses.Length);
    }

    [Fact]
    public void A_score_map_keeps_rows_columns_and_names()
    {
        JsonNode trace = Data(ScoreMap.Of([1, 2, 3, 4, double.NaN, 6], 3, "scores", rowNames: ["a", "b"], columnNames: ["x", "y", "z"]))[0]!;
        Assert.Equal("[[1,2,3],[4,null,6]]", trace["z"]!.ToJsonString());
        Assert.Equal("b × z", (string?)trace["text"]![1]![2]);
        Assert.Equal("image 1 × caption 0", (string?)Data(ScoreMap.Of([1, 2], 1, "scores"))[0]!["text"]![1]![0]);
        Assert.Equal(0, (int)Data(ScoreMap.Of([1, 2], 1, "scores", centred: true))[0]!["zmid"]!);
        Assert.Throws<ArgumentException>(() => ScoreMap.Of([1, 2, 3], 2, "scores"));
        Assert.Throws<ArgumentException>(() => ScoreMap.Of([1, 2], 2, "scores", columnNames: ["x"]));
    }

    [Fact]
    public void Hardness_by_epoch_shows_the_last_and_holds_all()
    {
        HardnessReport Measured(int seed)
        {
            using EmbeddedPairs pairs = Toy.Random(6, 2, 4, seed).Pairs();
            return Hardness.Measure(pairs);
        }
        (string, HardnessReport Report)[] epochs = [("1", Measured(1)), ("2", Measured(2)), ("3", Measured(3))];
        Figure figure = HardnessSlider.Of(epochs);
        JsonArray data = Data(figure);
        Assert.Equal("Scores by epoch: 12 caption queries, 6 images", figure.Title);
        Assert.Equal([false, false, false, false, false, false, true, true, true], data.Select(trace => (bool)trace!["visible"]!));
        // Shares of a kind add up to 100 % at every epoch, so no bin in use was left out.
        Assert.All(data, trace => Assert.Equal(100, Values(trace!["y"]).Sum(), 0.05));
        Assert.Contains($"{100 * epochs[2].Report.CaptionQuery.Violations:0.0} %", (string)data[7]!["name"]!, StringComparison.Ordinal);
        Assert.Equal(3, figure.Layout["sliders"]![0]!["steps"]!.AsArray().Count);
        Assert.Throws<ArgumentException>(() => HardnessSlider.Of([]));
    }

    [Fact]
    public void Analyses_of_several_systems_share_a_chart_and_keep_their_colours()
    {
        using EmbeddedPairs pairs = Toy.Random(6, 2, 4, 1).Pairs(), others = Toy.Random(6, 2, 4, 2).Pairs();
        HubnessReport first = Hubness.Measure(pairs), second = Hubness.Measure(others);
        JsonArray hubs = Data(SystemAnalyses.Hubness([("scan", first), ("coder", second)]));
        int[] counts = [.. first.CaptionQuery.Cuts[^1].Counts.OrderDescending()];
        Assert.Equal(counts.Select(count => count / counts.Average()), Values(hubs[0]!["y"]));
        Assert.Equal(SystemStyle.Of("coder").Colour, (string?)hubs[1]!["line"]!["color"]);

        ModalityGapReport gap = ModalityGap.Measure(pairs, shifts: [0.25, -0.5, 0]);
        JsonArray sweep = Data(SystemAnalyses.Gap([("scan", gap), ("coder", ModalityGap.Measure(others, shifts: [0]))]));
        Assert.Equal([-0.5, 0, 0.25], Values(sweep[0]!["x"]));
        Assert.Equal([gap.Sweep[1].CaptionR1, gap.Sweep[2].CaptionR1, gap.Sweep[0].CaptionR1], Values(sweep[0]!["y"]));
        Assert.Throws<ArgumentException>(() => SystemAnalyses.Gap([]));
    }

    [Fact]
    public void A_systems_point_is_labelled_and_styled()
    {
        JsonNode trace = Data(new Figure("time").SystemPoint("vse++", 3, 200))[0]!;
        Assert.Equal(("vse++", SystemStyle.Of("vse++").Symbol), ((string?)trace["text"]![0], (string?)trace["marker"]!["symbol"]));
        Assert.Throws<ArgumentException>(() => new Figure("x").SystemBand("vse++", [1, 2], [1], [2, 3]));
    }
}
