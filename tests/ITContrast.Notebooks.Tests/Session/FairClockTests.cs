using System.Diagnostics;
using ITContrast.Notebooks.Session;

namespace ITContrast.Notebooks.Tests.Session;

public class FairClockTests
{
    // More loops than processors: however the machine is loaded otherwise, some of them wait.
    [Fact]
    public void Threads_that_wait_for_a_processor_are_given_time_and_one_that_sleeps_is_not()
    {
        var processor = File.ReadLines("/proc/self/status")
            .First(line => line.StartsWith("Cpus_allowed_list:", StringComparison.Ordinal))
            .Split([':', ',', '-'])[1]
            .Trim();
        using var sleeper = Process.Start("sleep", "600");
        using var crowd = Process.Start(
            new ProcessStartInfo(
                "taskset",
                ["-c", processor, "sh", "-c", "while :; do :; done & while :; do :; done & while :; do :; done & while :; do :; done & exec sleep 600"]))!;
        try
        {
            string[] loops;
            while ((loops = File.ReadAllText($"/proc/{crowd.Id}/task/{crowd.Id}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries)).Length < 4)
                Thread.Sleep(50);
            // Both are past their beginnings, however slow the machine.
            while (!File.ReadAllText($"/proc/{sleeper.Id}/comm").StartsWith("sleep", StringComparison.Ordinal)) Thread.Sleep(50);
            Thread.Sleep(1000);
            var (resting, waiting, clock) = (
                new FairClock(sleeper.Id), new FairClock(int.Parse(loops[0], System.Globalization.CultureInfo.InvariantCulture)), Stopwatch.StartNew());
            Thread.Sleep(2000);
            var elapsed = clock.Elapsed;
            Assert.True(resting.Share(elapsed) > 0.9 * elapsed);
            // Of four loops on one processor a loop gets a quarter; a half leaves room for how the kernel counts.
            Assert.True(waiting.Share(elapsed) < 0.5 * elapsed);
        }
        finally
        {
            crowd.Kill(entireProcessTree: true);
            sleeper.Kill();
        }
    }

    [Fact]
    public void A_process_that_is_gone_is_given_the_clocks_time() =>
        Assert.Equal(TimeSpan.FromSeconds(3), new FairClock(int.MaxValue).Share(TimeSpan.FromSeconds(3)));
}
