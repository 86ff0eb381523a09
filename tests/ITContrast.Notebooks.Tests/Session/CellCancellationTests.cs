using ITContrast.Notebooks.Worker;

namespace ITContrast.Notebooks.Tests.Session;

public class CellCancellationTests
{
    // The step that gives waiting up wakes the cell's thread while it holds the lock that the end of the cell needs. A callback of that step makes the two
    // meet.
    [Fact]
    public async Task A_cell_ends_although_a_step_wakes_it_while_it_waits_for_that_step()
    {
        var thread = new CellThread(_ => { });
        var cancellation = new CellCancellation(thread);
        using var stepping = new ManualResetEventSlim();
        Thread? cell = null;
        var ending = false;
        using var meeting = cancellation.Abandon.Register(() =>
        {
            stepping.Set();
            SpinWait.SpinUntil(() => Volatile.Read(ref ending) && (cell!.ThreadState & ThreadState.WaitSleepJoin) != 0);
        });
        cancellation.Request();
        var result = await thread.RunAsync(() =>
        {
            cell = Thread.CurrentThread;
            stepping.Wait();
            Volatile.Write(ref ending, true);
            cancellation.End();
            return Task.FromResult<object?>("ended");
        }, cancellation);
        Assert.Equal("ended", result);
    }
}
