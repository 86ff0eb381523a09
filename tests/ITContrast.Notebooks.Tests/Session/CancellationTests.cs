using System.Diagnostics;
using ITContrast.Notebooks.Session;

namespace ITContrast.Notebooks.Tests.Session;

/// <summary>Every way in which a cell can refuse to end, and what ends it.</summary>
public class CancellationTests(SharedSession shared) : IClassFixture<SharedSession>
{
    [Theory]
    [InlineData("a tight loop", "long n = 0; while (true) n++;")]
    [InlineData("a pending await", "await new TaskCompletionSource().Task;")]
    [InlineData("a sleep", "Thread.Sleep(Timeout.Infinite);")]
    [InlineData("a delay that observes the token", "await Notebook.Delay(TimeSpan.FromHours(1));")]
    [InlineData("a loop that prints", "while (true) Console.WriteLine(1);")]
    [InlineData("a loop after an await", "await Task.Delay(1); long m = 0; while (true) m++;")]
    [InlineData("a loop with awaits longer than its grace", "while (true) await Task.Delay(1500);")]
    [InlineData("a loop on another thread", "await Task.Run(() => { while (true) ; });")]
    [InlineData("a parallel loop", "Parallel.For(0, 4, i => { for (; ; ) i++; });")]
    [InlineData("a label", "again: goto again;")]
    [InlineData("a goto case", "switch (1) { case 1: goto case 2; case 2: goto case 1; }")]
    [InlineData("a recursion in one line", "long Fib(int n) => n < 2 ? n : Fib(n - 1) + Fib(n - 2); Fib(90)")]
    [InlineData(
        "a loop that swallows every exception", "while (true) { try { foreach (var i in Enumerable.Range(0, int.MaxValue)) ; } catch (Exception) { } }")]
    [InlineData(
        "a long product of matrices",
        "var a = new double[4000 * 4000]; var c = new double[4000 * 4000]; for (var i = 0; i < 4000; i++) for (var j = 0; j < 4000; j++) for (var k = 0; k < 4000; k++) c[i * 4000 + j] += a[i * 4000 + k] * a[k * 4000 + j];"
    )]
    public async Task A_cell_is_cancelled_and_what_ran_before_holds(string what, string code)
    {
        await shared.RunAsync("var kept = 41;");
        var process = shared.Session.ProcessId;
        var ran = await CancelAfterStart(code);
        Assert.True(ran.Result.Status == ExecuteStatus.Cancelled, $"{what}: {ran.Result}");
        var next = await shared.RunAsync("kept + 1");
        Assert.True(next.ResultText == "42", $"after {what}: {next.Result} {string.Join('\n', next.Result.Traceback ?? [])}");
        Assert.Equal(process, shared.Session.ProcessId);
    }

    // The engine has no place of its own in a library's loop: an abort ends it, or the worker is lost, and then the message says so.
    [Fact]
    public async Task A_loop_inside_a_library_ends_by_an_abort_or_with_its_worker()
    {
        var ran = await CancelAfterStart("Enumerable.Repeat(1, int.MaxValue).Select(i => Enumerable.Repeat(i, int.MaxValue).LongCount()).Sum()");
        Assert.True(
            ran.Result.Status == ExecuteStatus.Cancelled
                || (ran.Result.Status == ExecuteStatus.Died && ran.Result.ErrorValue!.Contains("variables are lost", StringComparison.Ordinal)),
            ran.Result.ToString());
        Assert.Equal("2", (await shared.RunAsync("1 + 1")).ResultText);
    }

    [Fact]
    public async Task A_loaded_files_loop_is_cancelled()
    {
        var file = Path.Combine(Path.GetTempPath(), $"itc-loop-{Guid.NewGuid():N}.csx");
        await File.WriteAllTextAsync(file, "void Loop()\n{\n    while (true) ;\n}\n");
        try
        {
            var ran = await CancelAfterStart("Loop();", $"#load \"{file}\"\n");
            Assert.Equal(ExecuteStatus.Cancelled, ran.Result.Status);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task A_cell_that_observes_its_token_in_time_ends_in_its_own_way()
    {
        var ran = await CancelAfterStart("while (!Notebook.Cancellation.IsCancellationRequested) await Task.Delay(5); Console.WriteLine(\"saved\");");
        Assert.Equal("saved\n", ran.Console);
    }

    [Fact]
    public async Task A_callback_of_the_token_that_throws_costs_nothing()
    {
        var process = shared.Session.ProcessId;
        // Registered before the cell says that it has started: with a token that is cancelled already, registering would itself call back, and throw in the cell.
        var ran = await CancelAfterStart("while (true) ;", "Notebook.Cancellation.Register(() => throw new Exception(\"from a callback\"));\n");
        Assert.Equal(ExecuteStatus.Cancelled, ran.Result.Status);
        Assert.Contains("from a callback", ran.Console);
        Assert.Equal("2", (await shared.RunAsync("1 + 1")).ResultText);
        Assert.Equal(process, shared.Session.ProcessId);
    }

    // The late thread stands for one that gets no processor for as long as its cell takes to end: it comes to a check when the next cell runs. The loop that
    // sleeps on swallows the checks' exceptions until the wake-up for sleepers has come, too late: the next cell's sleep is not the one it was meant for.
    [Theory]
    [InlineData("a late thread stops and the next cell does not", "var late = new System.Collections.Concurrent.BlockingCollection<string>();",
        "_ = Task.Run(() => { Thread.Sleep(3000); try { while (late.Count == 0) ; } catch (OperationCanceledException) { late.Add(\"stopped\"); } }); while (true) ;",
        "string Look() { for (var i = 0; i < 3; i++) { } return late.TryTake(out var said, 300000) ? said : \"runs on\"; } Look()", "stopped")]
    [InlineData(
        "a task of an earlier cell runs on",
        "var goOn = true; var earlier = Task.Run(() => { while (System.Threading.Volatile.Read(ref goOn)) ; return 7; });",
        "while (true) ;", "goOn = false; await earlier", "7")]
    [InlineData("a wake-up that finds nobody asleep is forgotten", "var clock = System.Diagnostics.Stopwatch.StartNew();",
        "clock.Restart(); while (true) { try { while (true) ; } catch (OperationCanceledException) { try { } finally { while (clock.ElapsedMilliseconds < 2000) ; } } }",
        "Thread.Sleep(20); \"slept\"",
        "slept")]
    [InlineData("an abandoned await does not come back", "var gate = new TaskCompletionSource(); var woken = false;",
        "await gate.Task; woken = true;", "gate.SetResult(); await Task.Yield(); await Task.Delay(50); woken", "False")]
    public async Task What_other_cells_began_is_left_alone(string what, string before, string cancelled, string after, string expected)
    {
        await shared.RunAsync(before);
        Assert.Equal(ExecuteStatus.Cancelled, (await CancelAfterStart(cancelled)).Result.Status);
        var next = await shared.RunAsync(after);
        Assert.True(next.ResultText == expected, $"{what}: {next.Result} {next.ResultText}");
    }

    [Fact]
    public async Task Native_code_that_does_not_return_costs_the_worker()
    {
        // A second lock of the same mutex waits for ever; unlike a native sleep it is not cut short by a signal.
        await shared.RunAsync(
            """[System.Runtime.InteropServices.DllImport("libc")] static extern int pthread_mutex_lock(byte[] mutex); var mutex = GC.AllocateArray<byte>(64, pinned: true);"""
        );
        var ran = await CancelAfterStart("pthread_mutex_lock(mutex); pthread_mutex_lock(mutex);");
        Assert.True(ran.Result.Status == ExecuteStatus.Died, ran.Result.ToString() + string.Join('\n', ran.Result.Traceback ?? []));
        Assert.Contains("variables are lost", ran.Result.ErrorValue);
        Assert.Equal("2", (await shared.RunAsync("1 + 1")).ResultText);
    }

    [Fact]
    public async Task An_interrupt_without_a_running_cell_is_harmless()
    {
        await shared.Session.InterruptAsync();
        Assert.Equal("3", (await shared.RunAsync("1 + 2")).ResultText);
    }

    /// <summary>The cell says when it runs, so that the cancellation does not fall into compilation.</summary>
    private async Task<Ran> CancelAfterStart(string code, string directives = "")
    {
        using var cancel = new CancellationTokenSource();
        return await shared.RunAsync(directives + "display(\"started\");\n" + code, _ =>
        {
            if (!cancel.IsCancellationRequested)
            {
                cancel.Cancel();
            }
        }, cancel.Token);
    }
}
