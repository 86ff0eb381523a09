namespace ITContrast.Notebooks.Tests.Language;

public class CSharpCompletionTests
{
    private const string Before = """
        var numbers = new List<int> { 1, 2, 3 };
        int? maybe = 4;
        class Person { public string Name { get; set; } = ""; public int Age; private int secret; public static Person Nobody = new(); public void Greet(string greeting, int times) { } }
        var ada = new Person();
        """;

    [Theory]
    [InlineData("numb|", "numbers")]
    [InlineData("var x = 1; num|", "numbers")]
    [InlineData("ada.Na|", "Name")]
    [InlineData("ada.Na|\nvar y = 3;", "Name")]
    [InlineData("ada.|\nvar y = 3;", "Age")]
    [InlineData("Console.WriteL|", "WriteLine")]
    [InlineData("System.Linq.Enumera|", "Enumerable")]
    [InlineData("numbers.Sel|", "Select")]
    [InlineData("numbers.Where(n => n.CompareT|)", "CompareTo")]
    [InlineData("numbers.Where(n => n > 1).Select(m => m.ToStr|", "ToString")]
    [InlineData("numbers.Select(num| => 1)", "numbers")]
    [InlineData("foreach (var n in numbers) { var square = n * n; Console.WriteLine(squ|", "square")]
    [InlineData("maybe?.CompareT|", "CompareTo")]
    [InlineData("\"text\".Len|", "Length")]
    [InlineData("new List<string>().Ad|", "Add")]
    [InlineData("ada.Greet(gre|", "greeting:")]
    [InlineData("ada.Greet(\"a\", tim|)", "times:")]
    [InlineData("new Person { Na|", "Name")]
    [InlineData("new Person { Name = \"a\", Ag| }", "Age")]
    [InlineData("Person.Nob|", "Nobody")]
    [InlineData("Console.WriteLine($\"{numb|}\")", "numbers")]
    [InlineData("/* a */ numb|", "numbers")]
    [InlineData("forea|", "foreach")]
    [InlineData("from n in numbers where n > 1 select n.ToStr|", "ToString")]
    [InlineData("DateTime.Now.AddDa|", "AddDays")]
    [InlineData("ada.Name.Split(',')[0].Tri|", "TrimEnd")]
    public void The_name_is_among_the_matches(string marked, string expected) => Assert.Contains(expected, Cell.Names(marked, Before));

    [Theory]
    [InlineData("ada.|", "secret")]
    [InlineData("ada.|", "Nobody")]
    [InlineData("Person.|", "Name")]
    [InlineData("ada.|", "get_Name")]
    [InlineData("maybe?.|", "HasValue")]
    [InlineData("numbers.|", "Console")]
    [InlineData("ada.Na|", "Age")]
    public void What_cannot_stand_there_is_not(string marked, string not) => Assert.DoesNotContain(not, Cell.Names(marked, Before));

    [Theory]
    [InlineData("// numb|")]
    [InlineData("/* numb| */")]
    [InlineData("var s = \"numb|\";")]
    [InlineData("var s = \"numb|")]
    [InlineData("var s = $\"numb| {1}\";")]
    [InlineData("var s = 12|")]
    [InlineData("nothing.|")]
    public void Comments_literals_and_the_unknown_have_no_completions(string marked) => Assert.Empty(Cell.Names(marked, Before));

    [Theory]
    [InlineData("Console.Wri|teX();", "WriteX", "Write")]
    [InlineData("1 + numb|", "numb", "numbers")]
    [InlineData("ada.|", "", "Name")]
    public void The_word_at_the_cursor_is_replaced(string marked, string replaced, string match)
    {
        var (found, code) = Cell.Complete(marked, Before);
        Assert.Equal(replaced, code[found.Start..found.End]);
        Assert.Contains(match, found.Items.Select(i => i.Text));
    }

    [Fact]
    public void Exact_case_and_near_names_come_first()
    {
        var names = Cell.Names("void f(int mathless) { math|", Before);
        Assert.Equal("mathless", names[0]);
        Assert.Contains("Math", names);
    }

    [Fact]
    public void Items_carry_kinds_and_signatures()
    {
        var item = Assert.Single(Cell.Complete("ada.Gree|", Before).Found.Items);
        Assert.Equal(("function", "void Greet(string greeting, int times)"), (item.Kind, item.Signature));
        Assert.Equal("instance", Cell.Complete("ada|", Before).Found.Items[0].Kind);
    }

    // Whatever stands before the cursor, completion answers; the text is cut at every third place.
    [Fact]
    public void Every_prefix_of_a_cell_is_answered()
    {
        const string text =
            "using System.Text;\nvar q = numbers.Where(n => n > \"a\".Length).ToList()[0]?.ToString() ?? $\"{ada.Name:x}\"; // end\n#region x\nlabel: goto label;";
        var before = Cell.Compile(Before);
        for (var at = 0; at <= text.Length; at += 3)
        {
            var compilation = Cell.Compile(text[..at], before);
            var found = ITContrast.Notebooks.Language.CSharpCompletion.At(compilation, compilation.SyntaxTrees[0], at);
            Assert.InRange(found.Start, 0, at);
            Assert.Equal(at, found.End);
            ITContrast.Notebooks.Language.CSharpInspection.At(compilation, compilation.SyntaxTrees[0], at);
        }
    }
}
