using System.Diagnostics;
using System.Text;

namespace ITContrast.Notebooks.Session;

/// <summary>
/// What a worker writes to its real stdout and stderr: prints of native libraries, passed on as they come, and the runtime's crash report,
/// kept apart because a stack overflow prints megabytes of frames.
/// </summary>
internal sealed class NativeOutput
{
    private const int CrashLimit = 16_384;
    private static readonly string[] CrashMarks = ["Stack overflow", "Unhandled exception", "Process terminated", "Fatal error"];
    private readonly StringBuilder crash = new();
    private readonly StringBuilder tail = new();
    private readonly Task drained;

    public NativeOutput(Process process) =>
        drained = Task.WhenAll(ReadAsync(process.StandardOutput, "stdout"), ReadAsync(process.StandardError, "stderr"));

    /// <summary>Called with <c>stdout</c> or <c>stderr</c> and the text, line ends included.</summary>
    public event Action<string, string>? OnText;

    /// <summary>The runtime's crash report, cut to its first 16 kB; empty where it made none.</summary>
    public string CrashText { get { lock (crash) { return crash.ToString(); } } }

    /// <summary>The last lines of ordinary text.</summary>
    public string Tail { get { lock (tail) { return tail.ToString().Trim(); } } }

    /// <summary>Completes when both streams have ended, or when the patience has: a process that the cell left behind may hold them open.</summary>
    public Task DrainAsync(TimeSpan patience) => Task.WhenAny(drained, Task.Delay(patience));

    private async Task ReadAsync(StreamReader reader, string name)
    {
        while (await reader.ReadLineAsync().ConfigureAwait(false) is { } line)
        {
            if (name == "stderr" && Crashed(line))
            {
                continue;
            }
            lock (tail)
            {
                tail.AppendLine(line);
                if (tail.Length > 4096)
                {
                    tail.Remove(0, 2048);
                }
            }
            OnText?.Invoke(name, line + "\n");
        }
    }

    private bool Crashed(string line)
    {
        lock (crash)
        {
            if (crash.Length == 0 && !CrashMarks.Any(mark => line.StartsWith(mark, StringComparison.Ordinal)))
            {
                return false;
            }
            if (crash.Length < CrashLimit)
            {
                crash.AppendLine(line);
            }
            return true;
        }
    }
}
