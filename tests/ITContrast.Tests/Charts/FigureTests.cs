using System.Text.Json.Nodes;
using ITContrast.Charts;
using ITContrast.Data;
using ITContrast.Evaluation;
using static TorchSharp.torch;

namespace ITContrast.Tests.Charts;

public class FigureTests : TorchTest
{
    private static JsonObject Parse(Figure figure) => (JsonObject)JsonNode.Parse(figure.ToMimeBundle()[Figure.PlotlyMime])!;

    [Fact]
    public void A_figure_is_plotlys_data_layout_and_config()
    {
        JsonObject json = Parse(new Figure("Loss").Line([1, 2, 3], [0.5, double.NaN, 0.25], "loss").Axes("step", "nats", "rsum"));
        JsonNode trace = json["data"]![0]!;
        Assert.Equal("scatter", (string?)trace["type"]);
        Assert.Equal("[0.5,null,0.25]", trace["y"]!.ToJsonString());
        Assert.Equal("step", (string?)json["layout"]!["xaxis"]!["title"]!["text"]);
        Assert.Equal("right", (string?)json["layout"]!["yaxis2"]!["side"]);
        Assert.Equal(Palette.Colours, json["layout"]!["colorway"]!.AsArray().Select(colour => (string)colour!));
        Assert.Throws<ArgumentException>(() => new Figure("x").Line([1], [1, 2], "no"));
        Assert.Throws<ArgumentException>(() => new Figure("x").Bars(["a"], [1, 2], "no"));
    }

    [Fact]
    public void Recall_bars_hold_the_reports_numbers_and_chance()
    {
        // Four images on four axes; captions 0 and 1 point at their image, 2 and 3 at each other's.
        Tensor images = eye(4), captions = eye(4).index_select(0, tensor(new long[] { 0, 1, 3, 2 }));
        RetrievalReport report = Retrieval.Evaluate(images, captions, [0, 1, 2, 3]);
        JsonArray data = Parse(RecallChart.Bars(report))["data"]!.AsArray();
        Assert.Equal([50.0, 100.0, 100.0], data[0]!["y"]!.AsArray().Select(v => (double)v!));
        Assert.Equal([50.0, 100.0, 100.0], data[1]!["y"]!.AsArray().Select(v => (double)v!));
        Assert.Equal([25.0, 100.0, 100.0], data[2]!["y"]!.AsArray().Select(v => (double)v!));
        Assert.Equal(report.CaptionQuery.Recall(2), (double)Parse(RecallChart.Curve(report, 3))["data"]![0]!["y"]![1]!);
    }

    [Fact]
    public void A_live_curve_draws_each_validation_once()
    {
        LossCurve curve = new();
        curve.Add(1, 3, null);
        curve.Add(2, 2, 10);
        curve.Add(3, 1, 10);
        JsonNode data = Parse(curve.ToFigure())["data"]!;
        Assert.Equal("[1,2,3]", data[0]!["x"]!.ToJsonString());
        Assert.Equal("[1]", data[1]!["x"]!.ToJsonString());
        Assert.Equal("[10]", data[1]!["y"]!.ToJsonString());
    }

    [Fact]
    public void A_picture_sheet_escapes_texts_and_carries_its_pictures()
    {
        RgbImage image = new(2, 1, [255, 0, 0, 0, 0, 255]);
        string html = new PictureSheet("a < b").Row("\"q\" & <script>").Add(image, "<b>", marked: true).ToMimeBundle()["text/html"];
        Assert.Contains("a &lt; b", html);
        Assert.Contains("&quot;q&quot; &amp; &lt;script&gt;", html);
        Assert.DoesNotContain("<script>", html);
        string png = html.Split("base64,")[1].Split('"')[0];
        Assert.Equal(image.Bytes, PngDecoder.Decode(Convert.FromBase64String(png), "sheet").Bytes);
    }
}
