using ITContrast.Notebooks.Session;
using ITContrast.Notebooks.Tests.Session;

namespace ITContrast.Notebooks.Tests.Magics;

public class PolyglotTests(SharedSession shared) : IClassFixture<SharedSession>
{
    [Fact]
    public async Task Sql_queries_a_sequence_by_name_and_gives_its_result_back()
    {
        await shared.RunAsync(
            "record Run(string Name, double Recall, bool Best); var runs = new List<Run> { new(\"a\", 10.5, false), new(\"b'; --\", 20, true) };");
        var ran = await shared.RunAsync("#!sql --name top\nSELECT Name, Recall * 2 AS Twice FROM runs WHERE Best = 1");
        Assert.Contains("b&#39;; --", (string?)ran.Bundle()!["text/html"]);
        Assert.Equal("40", (await shared.RunAsync("#!share --from sql top\ntop[0][\"Twice\"]")).ResultText);
        Assert.Contains("no such table", (await shared.RunAsync("#!sql\nSELECT * FROM absent_table")).Result.ErrorValue);
    }

    [Fact]
    public async Task FSharp_runs_keeps_state_shares_and_reports_errors()
    {
        var first = await shared.RunAsync("#!fsharp\nlet square x = x * x\nsquare 7");
        Assert.Equal(ExecuteStatus.Ok, first.Result.Status);
        Assert.Equal("49", (string?)first.Bundle()!["text/plain"]);
        await shared.RunAsync("#!fsharp\nlet y = square 8");
        Assert.Equal("65", (await shared.RunAsync("#!share --from fsharp y\ny + 1")).ResultText);
        await shared.RunAsync("var fromCSharp = 5;");
        var given = await shared.RunAsync("#!fsharp\n#!share --from csharp fromCSharp\nsquare fromCSharp");
        Assert.True(given.Result.Status == ExecuteStatus.Ok, given.Result.ErrorValue);
        Assert.Equal("25", (string?)given.Bundle()!["text/plain"]);
        var failed = await shared.RunAsync("#!fsharp\nif square 2 > 3 then\n    failwithf \"too many: %d\" 4\nelse\n    failwith \"few\"");
        Assert.Equal("too many: 4", failed.Result.ErrorValue);
        Assert.Contains("Value restriction", (await shared.RunAsync("#!fsharp\nArray.zeroCreate 3")).Result.ErrorValue);

        var wrong = await shared.RunAsync("#!fsharp\nlet z = 1\nmissing + z");
        Assert.Equal("CompileError", wrong.Result.ErrorName);
        Assert.Contains("line 3: error FS0039", wrong.Result.Traceback![0]);
    }

    [Fact]
    public async Task CSharp_takes_FSharps_own_types()
    {
        await shared.RunAsync("#!fsharp\ntype Pet = { Name: string }\nlet numbers = [1.0; 2.0]\nlet pet = { Name = \"Ada\" }");
        Assert.Equal("3", (await shared.RunAsync("#!share --from fsharp numbers\nnumbers.Sum()")).ResultText);
        // F#'s core is one of the engine's own dependencies: it comes without a second engine, whose functions would be ambiguous.
        Assert.Equal("<b>", (await shared.RunAsync("HTML(\"<b>\")")).ResultText);
        Assert.Contains(
            "CS0246", (await shared.RunAsync("Microsoft.Data.Sqlite.SqliteConnection? none = null;")).Result.ErrorValue!.Replace("CS0234", "CS0246"));
        Assert.Equal("Ada", (await shared.RunAsync("#!share --from fsharp pet\npet.Name")).ResultText);
    }

    // F# code has no checks of the engine's: an abort ends its loop, or the worker is lost, and then the message says so.
    [Fact]
    public async Task An_FSharp_loop_ends_by_an_abort_or_with_its_worker()
    {
        using var cancel = new CancellationTokenSource();
        var result = await shared.Session.ExecuteAsync(
            "#!fsharp\nprintfn \"started\"\nlet mutable i = 0\nwhile true do i <- i + 1",
            _ => cancel.Cancel(),
            cancel.Token);
        Assert.True(
            result.Status == ExecuteStatus.Cancelled
                || (result.Status == ExecuteStatus.Died && result.ErrorValue!.Contains("variables are lost", StringComparison.Ordinal)),
            result.ToString());
        Assert.Equal("2", (await shared.RunAsync("1 + 1")).ResultText);
    }

    [Fact]
    public async Task FSharp_says_that_it_cannot_name_an_anonymous_type()
    {
        await shared.RunAsync("var nameless = new[] { new { A = 1 } }.ToList(); var alone = new { B = 2 };");
        Assert.Contains(
            "nameless is a sequence of an anonymous type, which has no name in F#; use a record",
            (await shared.RunAsync("#!fsharp\n#!share --from csharp nameless\n1")).Result.ErrorValue);
        Assert.Contains("alone is of an anonymous type", (await shared.RunAsync("#!fsharp\n#!share --from csharp alone\n1")).Result.ErrorValue);
    }

    [Fact]
    public async Task Markup_is_shown_as_what_it_is()
    {
        var ran = await shared.RunAsync("#!html\n<b>x</b>\n#!markdown\n# y\n#!javascript\n1");
        Assert.Equal("<b>x</b>", (string?)ran.Messages[0].Content["data"]!["text/html"]);
        Assert.Equal("# y", (string?)ran.Messages[1].Content["data"]!["text/markdown"]);
        Assert.EndsWith("1", (string?)ran.Messages[2].Content["data"]!["application/javascript"]);
    }

    [Fact]
    public async Task A_script_sees_shared_values_as_json()
    {
        await shared.RunAsync("var list = new[] { 1, 2 };");
        Assert.Contains(
            "const list = [1,2];\n", (string?)(await shared.RunAsync("#!javascript\n#!share --from csharp list\nlist")).Bundle()!["application/javascript"]);
    }

    [Fact]
    public async Task Lines_keep_their_numbers_below_a_magic() =>
        Assert.Contains("line 3", (await shared.RunAsync("#!time\n#!csharp\nwrong")).Result.Traceback![0]);

    [Fact]
    public async Task Time_and_who_answer()
    {
        await shared.RunAsync("var seen = 3;");
        var ran = await shared.RunAsync("#!time\n#!who");
        Assert.Contains("seen", (string?)ran.Messages[0].Content["data"]!["text/plain"]);
        Assert.StartsWith("Wall time: ", (string?)ran.Messages[1].Content["data"]!["text/plain"]);
    }

    [Fact]
    public async Task An_unknown_magic_lists_the_known_ones() =>
        Assert.Contains("#!pwsh is not known here; there are #!", (await shared.RunAsync("#!pwsh\nls")).Result.ErrorValue);

    [Fact]
    public async Task A_share_of_nothing_says_so() =>
        Assert.Contains("csharp has no ghost", (await shared.RunAsync("#!share --from csharp ghost")).Result.ErrorValue);
}
