using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ITContrast.Cli.Tests.Jupyter;

/// <summary>A Jupyter notebook server on the installed kernel's folder.</summary>
public sealed class NotebookServer : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    private readonly Process process;

    private NotebookServer(Process process, string url) => (this.process, Url) = (process, url);

    public string Url { get; }

    public static async Task<NotebookServer> StartAsync(InstalledKernel kernel, string python)
    {
        var process = Process.Start(kernel.Prepared(python,
            [
                "-m", "notebook", "--no-browser", "--allow-root", "--ip=127.0.0.1", .. kernel.OwnSockets("server"), "--NotebookApp.token=",
                "--NotebookApp.password=", $"--notebook-dir={kernel.Folder}",
            ]))!;
        var log = process.StandardError.ReadToEndAsync();
        _ = process.StandardOutput.ReadToEndAsync();
        using var http = new HttpClient();
        // It takes the first port that is free and writes down which.
        var runtime = Path.Combine(kernel.Folder, "runtime");
        for (var clock = Stopwatch.StartNew(); clock.Elapsed < Patience && !process.HasExited; await Task.Delay(100))
        {
            try
            {
                if (Directory.Exists(runtime) && Directory.GetFiles(runtime, "nbserver-*.json") is [var file])
                {
                    var url = ((string)JsonNode.Parse(await File.ReadAllTextAsync(file))!["url"]!).TrimEnd('/');
                    await http.GetStringAsync($"{url}/api");
                    return new NotebookServer(process, url);
                }
            }
            catch (Exception e) when (e is HttpRequestException or JsonException or IOException)
            {
                // Not yet written, or not yet listening.
            }
        }

        process.Kill(entireProcessTree: true);
        throw new InvalidOperationException($"The notebook server did not start: {await log}");
    }

    public async ValueTask DisposeAsync()
    {
        process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
        process.Dispose();
    }
}
