using ITContrast.Notebooks.Export;
using ITContrast.Notebooks.Tests.Running;

namespace ITContrast.Notebooks.Tests.Export;

public class FileAppTests
{
    [Fact]
    public void A_notebook_becomes_a_program_in_a_programs_order()
    {
        using var notebook = new TestNotebook(
            "md:# Title\ntext",
            "#r \"nuget: ITContrast, 0.1.0\"\nusing System.Text.Json;\nvar a = 1;",
            "record Row(int A);\nint Twice(int v) => 2 * v;\nTwice(a)",
            "#!html\n<b>x</b>");
        var code = FileApp.Of(notebook.File);
        var order = new[]
        {
            "#:package ITContrast@0.1.0", "using System.Text.Json;", "// %% [markdown]", "// # Title", "// %%\n", "var a = 1;", "int Twice(int v) => 2 * v;",
            "display(Twice(a));", "// <b>x</b>", "record Row(int A);", "Shown display(",
        };
        var at = order.Select(text => code.IndexOf(text, StringComparison.Ordinal)).ToArray();
        Assert.DoesNotContain(-1, at);
        Assert.Equal(at.Order(), at);
        Assert.DoesNotContain("#r", code);
        Assert.Empty(TwinProgram.Errors(code));
    }

    // What a submission after another may do and one scope may not; the lines are what the cells print when the engine runs them.
    [Theory]
    [InlineData(
        "1 3 3 1",
        "var x = 1;\nint First() => x;\nConsole.Write(x);",
        "var x = \" 3\";\nConsole.Write(x);\nConsole.Write($\"{x}\");",
        "Console.Write($\" {First()}\");")]
    [InlineData("1 two", "int F() => 1;\nConsole.Write(F());", "string F() => \" two\";\nConsole.Write(F());")]
    [InlineData("3 4", "var (a, b) = (1, 2);\nConsole.Write(a + b);", "var (b, a) = (\" \", 4);\nConsole.Write(b + a);")]
    [InlineData("5 6", "int.TryParse(\"5\", out var n);\nConsole.Write(n);", "int.TryParse(\"6\", out var n);\nConsole.Write($\" {n}\");")]
    [InlineData(
        "1 2 b",
        "record Row(int A) { public Row() : this(1) { } }\nConsole.Write(new Row().A);",
        "record Row(string A);\nvar rows = new[] { new Row(\" 2\"), new Row(\" b\") };\nConsole.Write(rows.Aggregate(\"\", (text, row) => text + row.A));")]
    [InlineData("12 7", "foreach (var i in new[] { 1, 2 }) { Console.Write(i); }", "var i = 7;\nConsole.Write($\" {i}\");")]
    [InlineData(
        "6 9",
        "var v = 2;\nConsole.Write(new[] { 1, 2, 3 }.Select(w => w * v).Max());",
        "var w = 9;\nvar doubled = from v in new[] { w } select v;\nConsole.Write($\" {doubled.Single()}\");")]
    [InlineData("{ x = 1, y = 2 } x 1", "var x = 0;", "var x = 1;\nvar y = 2;\nConsole.Write(new { x, y });", "Console.Write($\" {nameof(x)} {(x, y).x}\");")]
    [InlineData("2 3", "using static System.Math;\nConsole.Write(Max(1, 2));", "var Max = 3;\nConsole.Write($\" {Max}\");")]
    [InlineData(
        "0 a",
        "int count;\nstring text;\nConsole.Write($\"{count}{text}\");",
        "public string Name() => \" a\";\npublic string args = Name();\nConsole.Write(args);")]
    [InlineData("8", "static int Twice(this int n) => 2 * n;", "4.Twice()")]
    [InlineData(
        "6 2",
        "const int Wide = 3;\nstatic int factor = 2;\nstatic int Scaled(int n) => n * factor;",
        "class Box { public int Area = Scaled(Wide); }\nConsole.Write($\"{new Box().Area} {factor}\");")]
    [InlineData("5", "var total = 1;", "var total = 5;\ntotal")]
    public async Task A_program_means_what_the_cells_mean(string printed, params string[] cells)
    {
        using var notebook = new TestNotebook(cells);
        Assert.Equal([printed], await TwinProgram.RunAsync(FileApp.Of(notebook.File)));
    }

    [Fact]
    public async Task A_last_expression_is_shown_where_it_has_a_value()
    {
        using var notebook = new TestNotebook(
            "void Nothing() => Console.WriteLine(\"printed\");\nNothing()",
            "await Task.CompletedTask", "await Task.FromResult(3)", "int F(int n) => n;\nF(await Task.FromResult(4))",
            "var shown = display(5);\nshown.Update(6);",
            "display(7)");
        Assert.Equal(["printed", "3", "4", "5", "6", "7"], await TwinProgram.RunAsync(FileApp.Of(notebook.File)));
    }

    // A package that is not at hand leaves names unbound; the program gets it from its own #:package line.
    [Fact]
    public void A_cell_that_does_not_bind_is_written_as_it_is_and_those_after_it_too()
    {
        using var notebook = new TestNotebook(
            "#r \"nuget: Nobody.Has.This, 1.0.0\"\nvar chart = Nobody.Make();", "var total = 1;", "var total = 2;\nchart.Draw(total)");
        var program = FileApp.Of(notebook.File);
        Assert.Contains("#:package Nobody.Has.This@1.0.0", program);
        Assert.Contains("var chart = Nobody.Make();", program);
        Assert.Contains("var total_2 = 2;\nshow(() => chart.Draw(total_2));", program);
    }

    [Fact]
    public async Task A_loaded_file_is_part_of_the_program()
    {
        using var notebook = new TestNotebook("#load \"sub/helper.csx\"\nHelp()");
        Assert.Contains("helper.csx does not exist", Assert.Throws<NotebookException>(() => FileApp.Of(notebook.File)).Message);
        Directory.CreateDirectory(Path.Combine(notebook.Folder, "sub"));
        await File.WriteAllTextAsync(
            Path.Combine(notebook.Folder, "sub", "helper.csx"),
            "#load \"inner.csx\"\nusing System.Globalization;\nstring Help() => inner.ToString(CultureInfo.InvariantCulture);\n");
        await File.WriteAllTextAsync(Path.Combine(notebook.Folder, "sub", "inner.csx"), "var inner = 1.5;\n");
        Assert.Equal(["1.5"], await TwinProgram.RunAsync(FileApp.Of(notebook.File)));
    }
}
