using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace ITContrast.Cli.Tests.Jupyter;

/// <summary>A Jupyter notebook server on the installed kernel's folder.</summary>
public sealed class NotebookServer : IAsyncDisposable
{
    private readonly Process process;

    private NotebookServer(Process process, string url) => (this.process, Url) = (process, url);

    public string Url { get; }

    public static async Task<NotebookServer> StartAsync(InstalledKernel kernel, string python)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        var process = Process.Start(kernel.Prepared(python,
            ["-m", "notebook", "--no-browser", "--allow-root", "--ip=127.0.0.1", $"--port={port}", "--NotebookApp.token=", "--NotebookApp.password=", $"--notebook-dir={kernel.Folder}"]))!;
        var log = process.StandardError.ReadToEndAsync();
        _ = process.StandardOutput.ReadToEndAsync();
        using var http = new HttpClient();
        for (var i = 0; i < 600 && !process.HasExited; i++)
        {
            try
            {
                await http.GetStringAsync($"http://127.0.0.1:{port}/api");
                return new NotebookServer(process, $"http://127.0.0.1:{port}");
            }
            catch (HttpRequestException)
            {
                await Task.Delay(100);
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
