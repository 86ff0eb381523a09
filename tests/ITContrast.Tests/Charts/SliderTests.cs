using System.Text.Json.Nodes;
using ITContrast.Charts;

namespace ITContrast.Tests.Charts;

public sealed class SliderTests
{
    private static Figure Chart(int traces) =>
        Enumerable.Range(0, traces).Aggregate(new Figure("part"), (figure, i) => figure.Line([0, 1], [i, i], $"line {i}")).Axes("x", "y").Limits(y: (0, 3));

    [Fact]
    public void Each_position_shows_its_own_chart_and_nothing_else()
    {
        Figure figure = Slider.Of("All", "τ", [("0.1", Chart(2)), ("1", Chart(1)), ("10", Chart(2))], start: 1);
        Assert.Equal([false, false, true, false, false], figure.Data.Select(trace => trace!["visible"]!.GetValue<bool>()));
        JsonArray steps = figure.Layout["sliders"]![0]!["steps"]!.AsArray();
        bool[][] shown = [.. steps.Select(step => step!["args"]![1]!.AsArray().Select(value => value!.GetValue<bool>()).ToArray())];
        Assert.Equal([[true, true, false, false, false], [false, false, true, false, false], [false, false, false, true, true]], shown);
        Assert.Equal(["0.1", "1", "10"], steps.Select(step => step!["label"]!.GetValue<string>()));
        Assert.Equal("All", figure.Layout["title"]!["text"]!.GetValue<string>());
        Assert.Equal(3, figure.Layout["yaxis"]!["range"]![1]!.GetValue<double>());
    }

    [Fact]
    public void The_same_place_in_every_chart_has_the_same_colour()
    {
        Figure figure = Slider.Of("All", "step", [("0", Chart(2)), ("1", Chart(2))]);
        Assert.Equal(510, figure.Layout["height"]!.GetValue<double>());
        string[] colours = [.. figure.Data.Select(trace => trace!["line"]!["color"]!.GetValue<string>())];
        Assert.Equal([Palette.At(0), Palette.At(1), Palette.At(0), Palette.At(1)], colours);
    }

    [Fact]
    public void A_slider_without_positions_or_with_an_empty_chart_is_refused()
    {
        Assert.Throws<ArgumentException>(() => Slider.Of("All", "τ", []));
        Assert.Contains(
            "τ = 2 has no trace",
            Assert.Throws<ArgumentException>(() => Slider.Of("All", "τ", [("1", Chart(1)), ("2", new Figure("empty"))])).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => Slider.Of("All", "τ", [("1", Chart(1))], start: 1));
    }

    [Fact]
    public void Points_carry_their_texts_and_the_circle_keeps_angles_true()
    {
        Figure figure = new Figure("map").Circle().Points([0, 1], [1, 0], "images", ["a cat", "a dog"], symbol: "square");
        Assert.Equal(["a cat", "a dog"], figure.Data[1]!["text"]!.AsArray().Select(text => text!.GetValue<string>()));
        Assert.Equal("x", figure.Layout["yaxis"]!["scaleanchor"]!.GetValue<string>());
        Assert.All(
            Enumerable.Range(0, 97),
            i => Assert.Equal(1, Math.Pow(figure.Data[0]!["x"]![i]!.GetValue<double>(), 2) + Math.Pow(figure.Data[0]!["y"]![i]!.GetValue<double>(), 2), 12));
        Assert.Throws<ArgumentException>(() => figure.Points([0], [1], "images", ["a", "b"]));
    }
}
