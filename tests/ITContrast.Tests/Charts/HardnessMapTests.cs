using ITContrast.Charts;
using ITContrast.Data;

namespace ITContrast.Tests.Charts;

public sealed class HardnessMapTests
{
    private static float[] At(double degrees) => [(float)Math.Cos(degrees * Math.PI / 180), (float)Math.Sin(degrees * Math.PI / 180), 0];

    // Negatives at 20°, 40°, 60° and 100° in two groups of equal weights: representatives are bisectors, at 30° and 80°.
    private static HardnessMap Map() =>
        new(
            "a cat",
            At(0),
            "cat",
            At(10),
            [("dog", At(20)), ("fox", At(40)), ("car", At(60)), ("sun", At(100))],
            [
                [0.5, 0.5], [0.5, 0.5],
            ]);

    private static string[] Texts(Figure figure, string name) =>
        [.. figure.Data.Single(trace => trace!["name"]!.GetValue<string>() == name)!["text"]!.AsArray().Select(text => text!.GetValue<string>())];

    [Fact]
    public void Hover_tells_names_scores_and_parents()
    {
        Figure figure = Map().ToFigure();
        Assert.Equal(["dog (0.94)", "fox (0.77)", "car (0.50)", "sun (-0.17)"], Texts(figure, "negatives"));
        Assert.Equal(["cat (0.98)"], Texts(figure, "positive"));
        Assert.Equal(["h1 (0.87): 50 % dog + 50 % fox", "h2 (0.17): 50 % car + 50 % sun"], Texts(figure, "representatives"));
    }

    [Fact]
    public void Distances_in_the_drawing_are_those_of_the_plane_where_all_lies_in_one()
    {
        Figure figure = Map().ToFigure();
        (double X, double Y) Place(string name, int i)
        {
            var trace = figure.Data.Single(of => of!["name"]!.GetValue<string>() == name)!;
            return (trace["x"]![i]!.GetValue<double>(), trace["y"]![i]!.GetValue<double>());
        }
        double Distance((double X, double Y) a, (double X, double Y) b) => Math.Sqrt(Math.Pow(a.X - b.X, 2) + Math.Pow(a.Y - b.Y, 2));
        double Chord(double degrees) => 2 * Math.Sin(degrees / 2 * Math.PI / 180);
        Assert.Equal(Chord(100), Distance(Place("“a cat”", 0), Place("negatives", 3)), 5);
        Assert.Equal(Chord(10), Distance(Place("“a cat”", 0), Place("positive", 0)), 5);
        Assert.Equal(Chord(50), Distance(Place("representatives", 0), Place("representatives", 1)), 5);
        Assert.Equal(Chord(20), Distance(Place("representatives", 1), Place("negatives", 2)), 5);
    }

    [Fact]
    public void Each_anchor_behind_a_slider_keeps_its_own_pictures()
    {
        RgbImage black = new(1, 1, [0, 0, 0]), white = new(1, 1, [255, 255, 255]);
        Figure figure = Slider.Of(
            "Map", "anchor", [("1", (Map() with { Pictures = [black, white] }).ToFigure()), ("2", (Map() with { Pictures = [white] }).ToFigure())], start: 1);
        var steps = figure.Layout["sliders"]![0]!["steps"]!.AsArray();
        Assert.All(steps, step => Assert.Equal("update", step!["method"]!.GetValue<string>()));
        Assert.Equal([2, 1], steps.Select(step => step!["args"]![1]!["images"]!.AsArray().Count));
        Assert.Equal(steps[1]!["args"]![1]!["images"]!.ToJsonString(), figure.Layout["images"]!.ToJsonString());
        Assert.Equal([true, false], steps.Select(step => step!["args"]![0]!["visible"]![0]!.GetValue<bool>()));
    }

    [Fact]
    public void Groups_that_do_not_hold_all_negatives_and_other_lengths_are_refused()
    {
        Assert.Contains(
            "The groups have 3 members, but 4 negatives came",
            Assert
                .Throws<ArgumentException>(() =>
                    (
                        Map() with
                        {
                            Weights =
                            [
                                [1, 0, 0],
                            ],
                        }).ToFigure())
                .Message);
        Assert.Contains("The anchor has 2 numbers", Assert.Throws<ArgumentException>(() => (Map() with { Anchor = [1, 0] }).ToFigure()).Message);
    }
}
