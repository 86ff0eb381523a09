using ITContrast.Notebooks.Running;

namespace ITContrast.Notebooks.Tests.Running;

public class ParameterInjectionTests
{
    private const string Defaults = "param:var epochs = 3; double rate = 1e-3; string name = \"x\"; var sizes = new[] { 1, 2 }; var fast = true; var low = -1;";

    private static string Injected(string name, string value)
    {
        using var notebook = new TestNotebook("1", Defaults, "epochs");
        ParameterInjection.Apply(notebook.File, new Dictionary<string, string> { [name] = value });
        Assert.Equal(["injected-parameters"], notebook.File.Cells[2].Tags);
        return notebook.File.Cells[2].Source;
    }

    [Theory]
    [InlineData("epochs", "7", "epochs = 7;")]
    [InlineData("low", "-4", "low = -4;")]
    [InlineData("rate", "0.5", "rate = 0.5d;")]
    [InlineData("rate", "2", "rate = 2d;")]
    [InlineData("name", "a \"b\"; System.Environment.Exit(1);//", "name = \"a \\\"b\\\"; System.Environment.Exit(1);//\";")]
    [InlineData("sizes", "[3, 4]", "sizes = new int[] { 3, 4 };")]
    [InlineData("fast", "false", "fast = false;")]
    public void A_value_is_assigned_in_the_type_of_its_default(string name, string value, string code) => Assert.Equal(code, Injected(name, value));

    [Theory]
    [InlineData("epochs", "2.5", "expected int as its default 3 is")]
    [InlineData("epochs", "3; Boom()", "expected int")]
    [InlineData("rate", "fast", "expected double")]
    [InlineData("sizes", "[1.5]", "a JSON list")]
    [InlineData("epoch", "3", "has no parameter 'epoch'; its parameters are epochs (int)")]
    public void A_value_that_does_not_fit_is_refused(string name, string value, string reason) =>
        Assert.Contains(reason, Assert.Throws<NotebookException>(() => Injected(name, value)).Message);

    [Fact]
    public void A_second_run_replaces_the_injected_cell()
    {
        using var notebook = new TestNotebook(Defaults, "epochs");
        ParameterInjection.Apply(notebook.File, new Dictionary<string, string> { ["epochs"] = "5" });
        ParameterInjection.Apply(notebook.File, new Dictionary<string, string> { ["epochs"] = "6" });
        Assert.Equal(3, notebook.File.Cells.Count);
        Assert.Equal("epochs = 6;", notebook.File.Cells[1].Source);
        ParameterInjection.Apply(notebook.File, new Dictionary<string, string>());
        Assert.Equal(2, notebook.File.Cells.Count);
    }

    [Fact]
    public async Task Cells_after_it_see_the_value()
    {
        using var notebook = new TestNotebook(Defaults, "$\"{epochs} {rate} {sizes.Length}\"");
        var (_, saved) = await notebook.RunAsync(new RunOptions { Parameters = new Dictionary<string, string> { ["epochs"] = "12", ["sizes"] = "[1,2,3]" } });
        Assert.Contains("12 0.001 3", saved.Cells[2].Outputs.ToJsonString());
    }
}
