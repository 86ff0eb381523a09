using ITContrast.Notebooks.Session;

namespace ITContrast.Notebooks.Tests.Session;

public class DeathTests(SharedSession shared) : IClassFixture<SharedSession>
{
    [Theory]
    [InlineData("int Down(int n) => Down(n + 1) + 1; Down(0)", "stack overflow")]
    [InlineData("Environment.Exit(7);", "exit code 7")]
    [InlineData(
        """[System.Runtime.InteropServices.DllImport("libc")] static extern nint memset(nint at, int value, nint count); memset(8, 1, 64);""", "SIGSEGV")]
    [InlineData("""[System.Runtime.InteropServices.DllImport("libc")] static extern int raise(int signal); raise(9);""", "SIGKILL")]
    [InlineData("Environment.FailFast(\"broken\");", "broken")]
    [InlineData("new Thread(() => throw new InvalidOperationException(\"elsewhere\")).Start(); Thread.Sleep(Timeout.Infinite);", "elsewhere")]
    public async Task The_cause_of_a_death_is_named_and_the_next_cell_has_a_new_worker(string code, string cause)
    {
        var process = (await shared.RunAsync("Environment.ProcessId")).ResultText;
        var ran = await shared.RunUntilArrivedAsync("before", "Console.WriteLine(\"before\"); Arrived();\n" + code);
        Assert.Equal(ExecuteStatus.Died, ran.Result.Status);
        Assert.Contains(cause, ran.Result.ErrorValue);
        Assert.Contains("before", ran.Console);
        Assert.Equal("error", ran.Messages[^1].Type);
        Assert.Empty(
            Directory
                .GetFiles(Path.GetTempPath(), $"clr-debug-pipe-{process}-*")
                .Concat(Directory.GetFiles(Path.GetTempPath(), $"dotnet-diagnostic-{process}-*")));
        Assert.Equal("5", (await shared.RunAsync("2 + 3")).ResultText);
    }

    [Fact]
    public async Task A_worker_that_cannot_start_is_reported_with_what_it_printed()
    {
        var options = new SessionOptions { Worker = new WorkerCommand("/bin/sh", ["-c", "echo no such luck; exit 9"]) };
        var error = await Assert.ThrowsAsync<NotebookException>(() => NotebookSession.StartAsync(options));
        Assert.Contains("exit code 9", error.Message);
        Assert.Contains("no such luck", error.Message);
    }

    [Fact]
    public async Task A_worker_over_its_memory_is_ended()
    {
        await using var session = await NotebookSession.StartAsync(new SessionOptions { MemoryLimit = 600_000_000 });
        var result = await session.ExecuteAsync(
            "var held = new List<byte[]>(); for (var i = 0; i < 60; i++) { var b = new byte[20_000_000]; Array.Fill(b, (byte)1); held.Add(b); } Thread.Sleep(Timeout.Infinite); held",
            _ => { });
        Assert.Equal(ExecuteStatus.Died, result.Status);
        Assert.Contains("more than its limit of 0.6 GB", result.ErrorValue);
    }
}
