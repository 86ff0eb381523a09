namespace ITContrast.Notebooks.Session;

/// <summary>Turns a worker's exit code and crash report into words.</summary>
internal static class WorkerDeath
{
    private const int SignalBase = 128;

    /// <summary>The cause in one clause. Signals come as 128 + number, as shells count.</summary>
    public static string Describe(int exitCode, string crashText) => exitCode switch
    {
        _ when crashText.StartsWith("Stack overflow", StringComparison.Ordinal) => "stack overflow",
        _ when crashText.StartsWith("Unhandled exception", StringComparison.Ordinal) => "an exception on another thread: " + FirstLine(crashText),
        _ when crashText.StartsWith("Process terminated", StringComparison.Ordinal) => string.Join(
                ' ',
                crashText.Split('\n', 3).Take(2).Select(line => line.Trim()))
            .Trim(),
        SignalBase + 11 => "segmentation fault in native code (SIGSEGV)",
        SignalBase + 6 => "abort in native code (SIGABRT)",
        SignalBase + 9 => "killed (SIGKILL); out of memory?",
        SignalBase + 15 => "ended by SIGTERM",
        SignalBase + 8 => "arithmetic fault in native code (SIGFPE)",
        SignalBase + 4 => "illegal instruction in native code (SIGILL)",
        SignalBase + 7 => "bus error (SIGBUS); was a mapped file cut short?",
        > SignalBase => $"ended by signal {exitCode - SignalBase}",
        _ => $"exit code {exitCode}",
    };

    /// <summary>The crash report's first frames.</summary>
    public static IEnumerable<string> Excerpt(string crashText) =>
        crashText.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.TrimEnd()).Take(6);

    private static string FirstLine(string text)
    {
        var line = text.Split('\n', 2)[0].Trim();
        var colon = line.IndexOf(": ", StringComparison.Ordinal);
        return line.StartsWith("Unhandled exception", StringComparison.Ordinal) && line.IndexOf(". ", StringComparison.Ordinal) is > 0 and var dot
                ? line[(dot + 2)..]
            : colon > 0 ? line[(colon + 2)..] : line;
    }
}
