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
    [InlineData("a loop that swallows every exception", "while (true) { try { foreach (var i in Enumerable.Range(0, int.MaxValue)) ; } catch (Exception) { } }")]
    [InlineData("a long product of matrices", "var a = new double[4000 * 4000]; var c = new double[4000 * 4000]; for (var i = 0; i < 4000; i++) for (var j = 0; j < 4000; j++) for (var k = 0; k < 4000; k++) c[i * 4000 + j] += a[i * 4000 + k] * a[k * 4000 + j];")]
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
        Assert.True(ran.Result.Status == ExecuteStatus.Cancelled || (ran.Result.Status == ExecuteStatus.Died && ran.Result.ErrorValue!.Contains("variables are lost", StringComparison.Ordinal)), ran.Result.ToString());
        Assert.Equal("2", (await shared.RunAsync("1 + 1")).ResultText);
    }

    [Fact]
    public async Task A_loaded_files_loop_is_cancelled()
    {
        var file = Path.Combine(Path.GetTempPath(), $"loop-{Guid.NewGuid():N}.csx");
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

    // The loop stands for a thread that gets no processor for as long as its cell takes to end: it comes back to a check when the next cell runs.
    [Fact]
    public async Task A_thread_of_a_stopped_cell_that_comes_late_to_a_check_stops_and_the_next_cell_does_not()
    {
        await shared.RunAsync("var late = new System.Collections.Concurrent.BlockingCollection<string>();");
        Assert.Equal(ExecuteStatus.Cancelled, (await CancelAfterStart("_ = Task.Run(() => { Thread.Sleep(3000); try { while (late.Count == 0) ; } catch (OperationCanceledException) { late.Add(\"stopped\"); } }); while (true) ;")).Result.Status);
        Assert.Equal("stopped", (await shared.RunAsync("string Look() { for (var i = 0; i < 3; i++) { } return late.TryTake(out var said, 60000) ? said : \"runs on\"; } Look()")).ResultText);
    }

    [Fact]
    public async Task A_callback_of_the_token_that_throws_costs_nothing()
    {
        var process = shared.Session.ProcessId;
        var ran = await CancelAfterStart("Notebook.Cancellation.Register(() => throw new Exception(\"from a callback\")); while (true) ;");
        Assert.Equal(ExecuteStatus.Cancelled, ran.Result.Status);
        Assert.Contains("from a callback", ran.Console);
        Assert.Equal("2", (await shared.RunAsync("1 + 1")).ResultText);
        Assert.Equal(process, shared.Session.ProcessId);
    }

    [Fact]
    public async Task A_task_of_an_earlier_cell_outlives_the_cancellation_of_a_later_one()
    {
        await shared.RunAsync("var goOn = true; var earlier = Task.Run(() => { while (System.Threading.Volatile.Read(ref goOn)) ; return 7; });");
        Assert.Equal(ExecuteStatus.Cancelled, (await CancelAfterStart("while (true) ;")).Result.Status);
        Assert.Equal("7", (await shared.RunAsync("goOn = false; await earlier")).ResultText);
    }

    // The loop swallows the checks' exceptions until the wake-up for sleepers has come, too late: the next cell's sleep is not the one it was meant for.
    [Fact]
    public async Task A_wake_up_that_finds_nobody_asleep_is_forgotten()
    {
        var ran = await CancelAfterStart("var clock = System.Diagnostics.Stopwatch.StartNew(); while (true) { try { while (true) ; } catch (OperationCanceledException) { try { } finally { while (clock.ElapsedMilliseconds < 2000) ; } } }");
        Assert.Equal(ExecuteStatus.Cancelled, ran.Result.Status);
        Assert.Equal("slept", (await shared.RunAsync("Thread.Sleep(20); \"slept\"")).ResultText);
    }

    [Fact]
    public async Task An_abandoned_await_does_not_come_back_in_a_later_cell()
    {
        await shared.RunAsync("var gate = new TaskCompletionSource(); var woken = false;");
        Assert.Equal(ExecuteStatus.Cancelled, (await CancelAfterStart("await gate.Task; woken = true;")).Result.Status);
        Assert.Equal("False", (await shared.RunAsync("gate.SetResult(); await Task.Yield(); await Task.Delay(50); woken")).ResultText);
    }

    [Fact]
    public async Task Native_code_that_does_not_return_costs_the_worker()
    {
        // A second lock of the same mutex waits for ever; unlike a native sleep it is not cut short by a signal.
        await shared.RunAsync("""[System.Runtime.InteropServices.DllImport("libc")] static extern int pthread_mutex_lock(byte[] mutex); var mutex = GC.AllocateArray<byte>(64, pinned: true);""");
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
        var messages = new List<Messages.Message>();
        var result = await shared.Session.ExecuteAsync(directives + "display(\"started\");\n" + code, message =>
        {
            messages.Add(message);
            if (!cancel.IsCancellationRequested)
            {
                cancel.Cancel();
            }
        }, cancel.Token);
        return new Ran(result, messages);
    }
}
