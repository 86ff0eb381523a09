using ITContrast.Notebooks.Checking;
using ITContrast.Notebooks.Tests.Running;

namespace ITContrast.Notebooks.Tests.Checking;

public class CheckFileTests
{
    private static readonly CheckFile File3 = new(new Dictionary<string, string>(), new Dictionary<string, string>(), new Dictionary<string, ExpectedValue>
    {
        ["a"] = new(10, 0, 0.1), ["b"] = new(-1, 0.5, 0), ["c"] = new(0, 1e-6, 0),
    });

    private static Dictionary<string, double> Found(double a, double b, double c) => new() { ["a"] = a, ["b"] = b, ["c"] = c };

    [Theory]
    [InlineData(11, -1.5, 1e-6)]
    [InlineData(9, -0.5, -1e-6)]
    public void Values_within_tolerance_are_right(double a, double b, double c) => Assert.Empty(File3.Compare(Found(a, b, c)));

    [Theory]
    [InlineData(11.1, -1, 0, "a: expected 10 ± 1, found 11.1")]
    [InlineData(10, 1, 0, "b: expected -1")]
    [InlineData(10, double.NaN, 0, "b: expected -1")]
    public void Values_outside_are_named(double a, double b, double c, string wrong) => Assert.StartsWith(wrong, Assert.Single(File3.Compare(Found(a, b, c))));

    [Fact]
    public void Missing_and_unknown_values_are_wrong()
    {
        var wrong = File3.Compare(new Dictionary<string, double> { ["a"] = 10, ["b"] = -1, ["d"] = 4 });
        Assert.Contains(wrong, line => line.StartsWith("c: expected 0, but", StringComparison.Ordinal));
        Assert.Contains(wrong, line => line.StartsWith("d: asserted, but", StringComparison.Ordinal));
    }

    [Fact]
    public void Two_values_are_too_few() =>
        Assert.Contains(
            new CheckFile(File3.Parameters, File3.Changed, new Dictionary<string, ExpectedValue> { ["a"] = new(1, 0, 0), ["b"] = new(1, 0, 0) }).Compare(
                new Dictionary<string, double> { ["a"] = 1, ["b"] = 1 }),
            line => line.Contains("at least 3", StringComparison.Ordinal));

    [Fact]
    public void A_file_keeps_values_and_stated_tolerances()
    {
        var path = Path.GetTempFileName();
        try
        {
            CheckFile.Make(new Dictionary<string, string> { ["epochs"] = "1" }, Found(12, -1, 0), File3).Write(path);
            var read = CheckFile.Read(path);
            Assert.Equal(new ExpectedValue(12, 0, 0.1), read.Values["a"]);
            Assert.Equal("1", read.Parameters["epochs"]);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public async Task Values_are_collected_from_what_cells_show_by_shape()
    {
        using var notebook = new TestNotebook("""
            class Asserted(string name, double value) { public IReadOnlyDictionary<string, string> ToMimeBundle() => new Dictionary<string, string> { ["application/vnd.itcontrast.check+json"] = $"{{\"name\":\"{name}\",\"value\":{value}}}" }; }
            display(new Asserted("one", 1.5)); new Asserted("two", 2)
            """);
        var (result, _) = await notebook.RunAsync();
        Assert.Equal(new Dictionary<string, double> { ["one"] = 1.5, ["two"] = 2 }, CheckedValues.Of(result.Notebook));
    }
}
