using System.Diagnostics;

namespace ITContrast.Notebooks.Figures;

/// <summary>A headless Chromium, where one is installed.</summary>
public static class Chromium
{
    private static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];

    // Charts that take two seconds on an idle machine take minutes on one that trains beside.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    /// <summary>The browser's path: <c>ITC_CHROMIUM</c>, or the first of the usual names on the PATH; null where there is none.</summary>
    public static string? Find() => Environment.GetEnvironmentVariable("ITC_CHROMIUM") is { Length: > 0 } given ? given
        : (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .SelectMany(folder => Names.Select(name => Path.Combine(folder, name))).FirstOrDefault(File.Exists);

    /// <summary>Loads a page from a file, lets its scripts run for <paramref name="budget"/> of virtual time, and returns what the document is then.</summary>
    /// <exception cref="NotebookException">There is no Chromium, or it fails; the message says what to do.</exception>
    public static Task<string> DumpAsync(string page, TimeSpan budget, CancellationToken cancellationToken) =>
        RunAsync(["--dump-dom", $"--virtual-time-budget={budget.TotalMilliseconds:0}", new Uri(Path.GetFullPath(page)).AbsoluteUri], cancellationToken);

    /// <summary>Loads a page from a file and saves what it looks like.</summary>
    /// <exception cref="NotebookException">There is no Chromium, or it fails.</exception>
    public static Task ScreenshotAsync(string page, string png, int width, int height, CancellationToken cancellationToken) =>
        RunAsync(
            [$"--screenshot={png}", $"--window-size={width},{height}", "--virtual-time-budget=5000", new Uri(Path.GetFullPath(page)).AbsoluteUri],
            cancellationToken);

    private static async Task<string> RunAsync(string[] arguments, CancellationToken cancellationToken)
    {
        var browser = Find() ?? throw new NotebookException("No Chromium was found; install chromium, or set ITC_CHROMIUM to one.");
        var profile = Directory.CreateTempSubdirectory("itc-chromium-");
        try
        {
            string[] quiet = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
                "--disable-component-update", "--disable-sync", "--hide-scrollbars", $"--user-data-dir={profile.FullName}"];
            var start = new ProcessStartInfo(browser, [.. quiet, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
            // It leaves a folder of its own among the temporary ones at each start.
            start.Environment["TMPDIR"] = profile.FullName;
            using var process = Process.Start(start)!;
            _ = process.StandardError.ReadToEndAsync(cancellationToken);
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(Patience);
            try
            {
                var text = await process.StandardOutput.ReadToEndAsync(limit.Token).ConfigureAwait(false);
                await process.WaitForExitAsync(limit.Token).ConfigureAwait(false);
                return process.ExitCode == 0 ? text : throw new NotebookException($"{browser} ended with exit code {process.ExitCode}.");
            }
            catch (OperationCanceledException)
            {
                process.Kill(entireProcessTree: true);
                cancellationToken.ThrowIfCancellationRequested();
                throw new NotebookException($"{browser} did not finish within {Patience.TotalMinutes:0} minutes.");
            }
        }
        finally
        {
            try
            {
                profile.Delete(recursive: true);
            }
            catch (IOException)
            {
                // A helper of the browser may still write there; the folder is temporary.
            }
        }
    }
}
