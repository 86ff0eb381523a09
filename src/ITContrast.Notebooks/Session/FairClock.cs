using System.Globalization;

namespace ITContrast.Notebooks.Session;

/// <summary>
/// Time as a process gets it: the clock's, less what its threads waited for a processor. On a machine with thirty tasks a core, ten seconds of the
/// clock are a third of a second of work, and a cell that was about to end would be taken for one that does not. Where the system does not
/// say how long threads waited, this is the clock's time.
/// </summary>
internal sealed class FairClock
{
    private readonly int processId;
    private Dictionary<string, long> waited;

    /// <param name="processId">The process.</param>
    public FairClock(int processId)
    {
        this.processId = processId;
        waited = Waits();
    }

    /// <summary>What of the time since the last call, or the start, the process got.</summary>
    /// <param name="elapsed">That time by the clock.</param>
    public TimeSpan Share(TimeSpan elapsed)
    {
        var now = Waits();
        var longest = now.Select(thread => thread.Value - waited.GetValueOrDefault(thread.Key)).DefaultIfEmpty(0).Max();
        waited = now;
        return elapsed - TimeSpan.FromMicroseconds(Math.Clamp(longest / 1000.0, 0, elapsed.TotalMicroseconds));
    }

    /// <summary>Nanoseconds that each thread has spent ready to run, and not running.</summary>
    private Dictionary<string, long> Waits()
    {
        var waits = new Dictionary<string, long>();
        try
        {
            foreach (var thread in Directory.GetDirectories($"/proc/{processId}/task"))
            {
                waits[thread] = long.Parse(File.ReadAllText(Path.Combine(thread, "schedstat")).Split(' ')[1], CultureInfo.InvariantCulture);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or IndexOutOfRangeException or FormatException)
        {
            // A thread that ends meanwhile, a kernel that does not count: what is known is known.
        }
        return waits;
    }
}
