namespace ITContrast.Notebooks.Tests.Language;

public class CSharpInspectionTests
{
    private const string Before = """
        /// <summary>Adds two numbers, as <see cref="System.Math"/> does not.</summary>
        /// <param name="a">The first.</param>
        /// <returns>The sum.</returns>
        int Add(int a, int b) => a + b;
        int Add(int a) => a;
        var total = Add(1, 2);
        """;

    [Theory]
    [InlineData("tot|al", "int total")]
    [InlineData("total|", "int total")]
    [InlineData("Math.Ma|x(1, 2)", "int Math.Max(int val1, int val2)")]
    [InlineData("Math.Max(|", "int Math.Max(int val1, int val2)")]
    [InlineData("Math.Max(1, |)", "int Math.Max(int val1, int val2)")]
    [InlineData("var x = 1; x|", "int x")]
    [InlineData("\"a\".Len|gth", "int string.Length { get; }")]
    [InlineData("new List<int>(|", "List<int>.List(int capacity)")]
    [InlineData("void f() { } f|()", "void f()")]
    [InlineData("List<i|nt> l;", "int (in System)")]
    [InlineData("va|r l = \"\";", "string (in System)")]
    [InlineData("System.Te|xt", "namespace System.Text")]
    public void Declarations_are_those_of_the_name(string marked, string expected) =>
        Assert.Contains(Cell.Inspect(marked, Before)!.Declarations, d => d.StartsWith(expected, StringComparison.Ordinal));

    [Theory]
    [InlineData("1 + 2 |")]
    [InlineData("unknown|")]
    [InlineData("|")]
    public void Nothing_is_found_where_nothing_is(string marked) => Assert.Null(Cell.Inspect(marked, Before));

    [Fact]
    public void The_overload_that_binds_comes_first() =>
        Assert.Equal("double Math.Max(double val1, double val2)", Cell.Inspect("Math.Ma|x(1.0, 2.0)")!.Declarations[0]);

    [Fact]
    public void Comments_of_earlier_cells_are_shown()
    {
        var found = Cell.Inspect("Ad|d(1, 2)", Before)!.Documentation!;
        Assert.Equal("Adds two numbers, as Math does not.", found.Summary);
        Assert.Equal(("a", "The first."), found.Parameters[0]);
        Assert.Equal("The sum.", found.Returns);
    }

    // The framework's assemblies ship without comments; the SDK's reference pack, which built this test, has them.
    [Theory]
    [InlineData("Math.Ma|x(1, 2)", "Returns the larger of two 32-bit signed integers.")]
    [InlineData("new List<int>().Ad|d(1)", "Adds an object to the end of the List.")]
    [InlineData("Console.WriteLin|e()", "Writes the current line terminator to the standard output stream.")]
    public void Comments_of_the_framework_are_found(string marked, string expected) =>
        Assert.Equal(expected, Cell.Inspect(marked)!.Documentation!.Summary);

    [Fact]
    public void Comments_beside_an_assembly_are_found()
    {
        var folder = Directory.CreateTempSubdirectory();
        try
        {
            var xml = Path.Combine(folder.FullName, "A.xml");
            File.WriteAllText(
                xml,
                """<doc><members><member name="M:A.B(System.Collections.Generic.List{System.Int32})"><summary>One &lt; two</summary></member></members></doc>"""
            );
            var found = ITContrast.Notebooks.Language.DocumentationFiles.Find(
                Path.ChangeExtension(xml, ".dll"), "M:A.B(System.Collections.Generic.List{System.Int32})");
            Assert.Contains("One &lt; two", found);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
