using ITContrast.Notebooks.Export;
using ITContrast.Notebooks.Tests.Running;

namespace ITContrast.Notebooks.Tests.Export;

public class FileAppTests
{
    [Fact]
    public void A_notebook_becomes_a_program_in_a_programs_order()
    {
        using var notebook = new TestNotebook("md:# Title\ntext", "#r \"nuget: ITContrast, 0.1.0\"\nusing System.Text.Json;\nvar a = 1;", "record Row(int A);\nint Twice(int v) => 2 * v;\nTwice(a)", "#!html\n<b>x</b>");
        var code = FileApp.Of(notebook.File);
        var order = new[] { "#:package ITContrast@0.1.0", "using System.Text.Json;", "// %% [markdown]", "// # Title", "// %%\n", "var a = 1;", "int Twice(int v) => 2 * v;", "show(() => Twice(a));", "// <b>x</b>", "record Row(int A);", "Shown display(" };
        var at = order.Select(text => code.IndexOf(text, StringComparison.Ordinal)).ToArray();
        Assert.DoesNotContain(-1, at);
        Assert.Equal(at.Order(), at);
        Assert.DoesNotContain("#r", code);
    }
}
