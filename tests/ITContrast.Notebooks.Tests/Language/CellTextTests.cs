using ITContrast.Notebooks.Language;

namespace ITContrast.Notebooks.Tests.Language;

public class CellTextTests
{
    [Theory]
    [InlineData("1 + 1", "complete")]
    [InlineData("var x = 1;", "complete")]
    [InlineData("class A { }", "complete")]
    [InlineData("foreach (var i in new[] { 1 }) Console.WriteLine(i);", "complete")]
    [InlineData("", "complete")]
    [InlineData("#!sql\nSELECT * FROM (", "complete")]
    [InlineData("#r \"nuget: A, 1.0\"\n#!time\n1 + 1", "complete")]
    [InlineData("#!markdown\n# (\n#!csharp\nvar x = (", "incomplete")]
    [InlineData("Console.WriteLine(", "incomplete")]
    [InlineData("if (true) {", "incomplete")]
    [InlineData("var s = @\"a", "incomplete")]
    [InlineData("/* a", "incomplete")]
    [InlineData("x +", "incomplete")]
    [InlineData("1 ++ ) 2;", "invalid")]
    [InlineData("var s = \"a\n;", "invalid")]
    public void Completeness_follows_the_syntax(string code, string status) => Assert.Equal(status, CellCompleteness.Of(code).Status);

    [Fact]
    public void The_next_line_is_indented_by_the_open_braces() => Assert.Equal("        ", CellCompleteness.Of("class A {\n    void f() {").Indent);

    [Theory]
    [InlineData("a𝛕b", 0, 0)]
    [InlineData("a𝛕b", 1, 1)]
    [InlineData("a𝛕b", 2, 3)]
    [InlineData("a𝛕b", 3, 4)]
    [InlineData("é𝛕", 2, 3)]
    public void Offsets_convert_both_ways(string text, int codePoints, int utf16)
    {
        Assert.Equal(utf16, CodePoints.ToUtf16(text, codePoints));
        Assert.Equal(codePoints, CodePoints.FromUtf16(text, utf16));
    }

    [Fact]
    public void Offsets_outside_the_text_are_its_ends()
    {
        Assert.Equal(4, CodePoints.ToUtf16("a𝛕b", 99));
        Assert.Equal(0, CodePoints.ToUtf16("a𝛕b", -1));
    }

    [Fact]
    public void Everything_that_is_not_csharp_becomes_blank_of_the_same_length()
    {
        const string cell = "#!time\nvar a = 1;\n#r \"nuget:x\"\n#!javascript\nlet c = 1;\n#!csharp\nvar b;";
        var masked = CSharpMask.Apply(cell);
        Assert.Equal(cell.Length, masked.Length);
        Assert.Equal(["", "var a = 1;", "", "", "", "", "var b;"], masked.Split('\n').Select(line => line.TrimEnd()));
    }

    [Fact]
    public void Replies_have_matches_offsets_and_texts()
    {
        var service = Cell.Service("var total = 3;");
        var reply = service.Complete("1 + tot", 7);
        Assert.Equal("total", (string?)reply["matches"]![0]);
        Assert.Equal(4, (int?)reply["cursor_start"]);
        Assert.Equal("instance", (string?)reply["metadata"]!["_jupyter_types_experimental"]![0]!["type"]);
        Assert.Equal("#!fsharp", (string?)service.Complete("1\n#!f", 5)["matches"]![0]);
        Assert.Empty(service.Complete("#!sql\nSELECT tot", 16)["matches"]!.AsArray());
        var found = service.Inspect("Math.Max(1, 2)", 8, 1);
        Assert.Contains("val1", (string?)found["data"]!["text/plain"]);
        Assert.StartsWith("```csharp", (string?)found["data"]!["text/markdown"]);
        Assert.False((bool?)service.Inspect("1 ", 2, 0)["found"]);
    }
}
