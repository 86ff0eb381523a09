namespace ITContrast.Notebooks.Session;

/// <summary>Watches the resident memory of a process and ends it, with a named cause, when it takes more than it may.</summary>
internal sealed class MemoryGuard : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);
    private readonly Timer timer;

    /// <param name="processId">The process.</param>
    /// <param name="limit">Bytes it may hold.</param>
    /// <param name="kill">Told why, at most once.</param>
    public MemoryGuard(int processId, long limit, Action<string> kill)
    {
        var told = 0;
        timer = new Timer(_ =>
        {
            if (Resident(processId) is var used && used > limit && Interlocked.Exchange(ref told, 1) == 0)
            {
                kill($"it held {used / 1e9:0.0} GB of memory, more than its limit of {limit / 1e9:0.0} GB");
            }
        }, null, Interval, Interval);
    }

    /// <summary>Stops watching.</summary>
    public void Dispose() => timer.Dispose();

    /// <summary>The bytes that the kernel counts as resident; 0 where it does not say.</summary>
    private static long Resident(int processId)
    {
        try
        {
            return long.Parse(File.ReadAllText($"/proc/{processId}/statm").Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture)
                * Environment.SystemPageSize;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return 0;
        }
    }
}
