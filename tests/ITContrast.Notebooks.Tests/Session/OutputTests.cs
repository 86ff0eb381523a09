using ITContrast.Notebooks.Messages;

namespace ITContrast.Notebooks.Tests.Session;

public class OutputTests(SharedSession shared) : IClassFixture<SharedSession>
{
    [Fact]
    public async Task Ten_thousand_lines_come_whole_and_in_few_messages()
    {
        var ran = await shared.RunAsync("for (var i = 0; i < 10000; i++) Console.WriteLine(i);");
        Assert.Equal(string.Concat(Enumerable.Range(0, 10000).Select(i => $"{i}\n")), ran.Console);
        Assert.InRange(ran.Messages.Count, 1, 1000);
    }

    [Fact]
    public async Task Text_beyond_the_limit_is_cut_with_a_note_and_the_next_cell_prints_again()
    {
        var ran = await shared.RunAsync("for (var i = 0; i < 3000; i++) Console.WriteLine(new string('x', 1000));");
        Assert.InRange(ran.Console.Length, 1 << 20, (1 << 20) + 200);
        Assert.EndsWith("Write the rest to a file.)\n", ran.Console);
        Assert.Equal("again\n", (await shared.RunAsync("Console.WriteLine(\"again\");")).Console);
    }

    [Fact]
    public async Task A_display_beyond_the_limit_is_replaced_by_a_note()
    {
        var ran = await shared.RunAsync("display(HTML(new string('y', 17 << 20)));");
        Assert.Contains("is not shown", (string?)ran.Bundle()!["text/plain"]);
    }

    [Fact]
    public async Task A_long_text_as_result_is_cut_with_a_note()
    {
        var text = (await shared.RunAsync("new string('y', 3_000_000)")).ResultText!;
        Assert.InRange(text.Length, 1 << 20, (1 << 20) + 200);
        Assert.EndsWith("of 3.0 MB. Write the rest to a file.)", text);
    }

    [Fact]
    public async Task What_native_code_prints_arrives_too()
    {
        var ran = await shared.RunUntilArrivedAsync(
            "native",
            """[System.Runtime.InteropServices.DllImport("libc")] static extern int write(int file, byte[] text, nint count); write(1, "native\n"u8.ToArray(), 7); Arrived();"""
        );
        Assert.Contains("native\n", ran.Console);
    }
}
