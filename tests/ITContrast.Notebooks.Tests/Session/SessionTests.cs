using System.Text.Json.Nodes;
using ITContrast.Notebooks.Messages;
using ITContrast.Notebooks.Session;

namespace ITContrast.Notebooks.Tests.Session;

public class SessionTests(SharedSession shared) : IClassFixture<SharedSession>
{
    [Fact]
    public async Task State_holds_across_cells_and_the_last_expression_is_shown()
    {
        Assert.Equal(ExecuteStatus.Ok, (await shared.RunAsync("var held = 20; int Twice(int v) => 2 * v; class Box { public int V = 2; }")).Result.Status);
        var ran = await shared.RunAsync("await Task.Delay(1); Twice(held) + new Box().V");
        Assert.Equal("42", ran.ResultText);
    }

    [Fact]
    public async Task A_statement_shows_nothing() => Assert.Empty((await shared.RunAsync("var quiet = 1;")).Messages);

    [Fact]
    public async Task Awaits_return_to_the_cells_thread()
    {
        var ran = await shared.RunAsync("var a = Environment.CurrentManagedThreadId; await Task.Delay(5); var b = Environment.CurrentManagedThreadId; a == b");
        Assert.Equal("True", ran.ResultText);
        Assert.Equal("True", (await shared.RunAsync("a == Environment.CurrentManagedThreadId")).ResultText);
    }

    [Fact]
    public async Task Console_text_and_displays_keep_their_order()
    {
        var ran = await shared.RunAsync("Console.Write(1); display(2); Console.Error.Write(3); Console.Write(4);");
        Assert.Equal(
            ["stream:1", "display_data:2", "stream:3", "stream:4"],
            ran.Messages.Select(m => $"{m.Type}:{m.Text("text") ?? (string?)m.Content["data"]?["text/plain"]}"));
    }

    [Fact]
    public async Task A_handle_replaces_what_it_showed()
    {
        var ran = await shared.RunAsync("""var shown = display("a"); shown.Update("b");""");
        Assert.Equal([MessageTypes.DisplayData, MessageTypes.UpdateDisplayData], ran.Messages.Select(m => m.Type));
        Assert.Equal((string?)ran.Messages[0].Content["transient"]!["display_id"], (string?)ran.Messages[1].Content["transient"]!["display_id"]);
    }

    [Fact]
    public async Task A_compile_error_gives_line_and_underlined_text()
    {
        var ran = await shared.RunAsync("var fine = 1;\nvar wrong = missing + 1;");
        Assert.Equal(ExecuteStatus.Error, ran.Result.Status);
        Assert.Contains("line 2: error CS0103", ran.Result.Traceback![0]);
        Assert.Equal("   2 | var wrong = missing + 1;", ran.Result.Traceback[1]);
        Assert.Equal("     |             ^^^^^^^", ran.Result.Traceback[2]);
    }

    [Fact]
    public async Task An_exception_gives_the_cells_line_and_no_frame_of_the_engine()
    {
        var ran = await shared.RunAsync("void Inner() {\n  throw new InvalidOperationException(\"no\");\n}\nawait Task.Yield();\nInner();");
        Assert.Equal("InvalidOperationException", ran.Result.ErrorName);
        var text = string.Join("\n", ran.Result.Traceback!);
        Assert.Contains("line 2, in Inner", text);
        Assert.Contains("   2 |   throw new", text);
        Assert.Contains("line 5", text);
        Assert.DoesNotContain("ITContrast.Notebooks", text);
        Assert.DoesNotContain("MoveNext", text);
    }
}
