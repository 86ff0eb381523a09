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
    public async Task A_cell_is_cancelled_and_what_ran_before_holds(string what, string code)
    {
        await shared.RunAsync("var kept = 41;");
        var process = shared.Session.ProcessId;
        var ran = await CancelAfterStart(code);
        Assert.True(ran.Result.Status == ExecuteStatus.Cancelled, $"{what}: {ran.Result}");
        Assert.Equal("42", (await shared.RunAsync("kept + 1")).ResultText);
        Assert.Equal(process, shared.Session.ProcessId);
    }

    // An abort does not always reach code that an await has resumed, nor a long loop on a busy machine; then the last step ends it, and says what that costs.
    [Fact]
    public async Task A_loop_after_an_await_ends_by_an_abort_or_with_its_worker()
    {
        var ran = await CancelAfterStart("await Task.Delay(1); long m = 0; while (true) m++;");
        AssertEnded(ran);
        Assert.Equal("2", (await shared.RunAsync("1 + 1")).ResultText);
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
    public async Task A_long_product_of_matrices_in_managed_code_is_cancelled()
    {
        var ran = await CancelAfterStart("var a = new double[4000 * 4000]; var c = new double[4000 * 4000]; for (var i = 0; i < 4000; i++) for (var j = 0; j < 4000; j++) for (var k = 0; k < 4000; k++) c[i * 4000 + j] += a[i * 4000 + k] * a[k * 4000 + j];");
        AssertEnded(ran);
        Assert.Equal("2", (await shared.RunAsync("1 + 1")).ResultText);
    }

    [Fact]
    public async Task An_interrupt_without_a_running_cell_is_harmless()
    {
        await shared.Session.InterruptAsync();
        Assert.Equal("3", (await shared.RunAsync("1 + 2")).ResultText);
    }

    private static void AssertEnded(Ran ran) => Assert.True(
        ran.Result.Status == ExecuteStatus.Cancelled || (ran.Result.Status == ExecuteStatus.Died && ran.Result.ErrorValue!.Contains("variables are lost", StringComparison.Ordinal)), ran.Result.ToString());

    /// <summary>The cell says when it runs, so that the cancellation does not fall into compilation.</summary>
    private async Task<Ran> CancelAfterStart(string code)
    {
        using var cancel = new CancellationTokenSource();
        var messages = new List<Messages.Message>();
        var result = await shared.Session.ExecuteAsync("display(\"started\");\n" + code, message =>
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
