using System.Diagnostics;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;

namespace ITContrast.Cli.Tests.Jupyter;

/// <summary>A page in a headless Chromium, driven through the DevTools protocol.</summary>
public sealed class BrowserTab : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    private readonly Process browser;
    private readonly string profile;
    private readonly ClientWebSocket socket;
    private int sent;

    private BrowserTab(Process browser, string profile, ClientWebSocket socket) => (this.browser, this.profile, this.socket) = (browser, profile, socket);

    /// <summary>The browser's path; the test is skipped where none is installed.</summary>
    public static string Program()
    {
        var found = new[] { "/usr/bin/chromium", "/usr/bin/google-chrome" }.FirstOrDefault(File.Exists);
        Assert.SkipWhen(found is null, "No Chromium is installed (Debian: apt-get install chromium).");
        return found!;
    }

    public static async Task<BrowserTab> OpenAsync(string url)
    {
        var profile = Directory.CreateTempSubdirectory("itc-browser-").FullName;
        var browser = Process.Start(new ProcessStartInfo(Program(),
            [
                "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
                "--disable-component-update",
             "--disable-sync", "--window-size=1200,1400", "--remote-debugging-port=0", $"--user-data-dir={profile}", "about:blank"])
        { RedirectStandardError = true, RedirectStandardOutput = true, Environment = { ["TMPDIR"] = profile } })!;
        var port = await PortAsync(browser);
        using var http = new HttpClient();
        using var created = await http.PutAsync($"http://127.0.0.1:{port}/json/new?{Uri.EscapeDataString(url)}", null);
        var target = JsonNode.Parse(await created.Content.ReadAsStringAsync())!;
        var socket = new ClientWebSocket();
        await socket.ConnectAsync(new Uri((string)target["webSocketDebuggerUrl"]!), CancellationToken.None);
        var tab = new BrowserTab(browser, profile, socket);
        await tab.CallAsync("Page.enable", []);
        return tab;
    }

    /// <summary>Evaluates an expression, promises awaited; what it throws fails the test.</summary>
    public async Task<JsonNode?> EvaluateAsync(string expression)
    {
        var answer = await CallAsync("Runtime.evaluate", new JsonObject { ["expression"] = expression, ["returnByValue"] = true, ["awaitPromise"] = true });
        Assert.True(answer["exceptionDetails"] is null, $"{expression}: {answer["exceptionDetails"]?.ToJsonString()}");
        return answer["result"]!["value"];
    }

    /// <summary>Waits until an expression is true; where it never is, the page as it looks is named in the failure.</summary>
    public async Task UntilAsync(string expression)
    {
        var clock = Stopwatch.StartNew();
        while (
            await EvaluateAsync($"(() => {{ try {{ return !!({expression}); }} catch (e) {{ return false; }} }})()") is not JsonValue value
            || !value.GetValue<bool>())
        {
            if (clock.Elapsed > Patience)
            {
                var picture = Path.Combine(Path.GetTempPath(), "itc-browser-failure.png");
                await ScreenshotAsync(picture);
                Assert.Fail($"Not true within {Patience.TotalSeconds} s: {expression}. The page: {picture}");
            }

            await Task.Delay(50);
        }
    }

    public Task TypeAsync(string text) => CallAsync("Input.insertText", new JsonObject { ["text"] = text });

    public async Task PressAsync(string key, int code)
    {
        foreach (var type in (string[])["rawKeyDown", "keyUp"])
        {
            await CallAsync("Input.dispatchKeyEvent", new JsonObject { ["type"] = type, ["key"] = key, ["code"] = key, ["windowsVirtualKeyCode"] = code });
        }
    }

    public async Task ScreenshotAsync(string path) =>
        await File.WriteAllBytesAsync(path, Convert.FromBase64String((string)(await CallAsync("Page.captureScreenshot", []))["data"]!));

    public async ValueTask DisposeAsync()
    {
        socket.Dispose();
        browser.Kill(entireProcessTree: true);
        await browser.WaitForExitAsync();
        browser.Dispose();
        try
        {
            Directory.Delete(profile, recursive: true);
        }
        catch (IOException)
        {
            // A helper of the browser may still write there; the folder is temporary.
        }
    }

    private static async Task<int> PortAsync(Process browser)
    {
        while (await browser.StandardError.ReadLineAsync() is { } line)
        {
            if (line.Contains("DevTools listening on ", StringComparison.Ordinal))
            {
                _ = browser.StandardError.ReadToEndAsync();
                return new Uri(line.Split(' ')[^1]).Port;
            }
        }

        throw new InvalidOperationException("Chromium ended before it listened.");
    }

    private async Task<JsonNode> CallAsync(string method, JsonObject parameters)
    {
        var id = ++sent;
        var request = new JsonObject { ["id"] = id, ["method"] = method, ["params"] = parameters };
        await socket.SendAsync(Encoding.UTF8.GetBytes(request.ToJsonString()), WebSocketMessageType.Text, true, CancellationToken.None);
        while (true)
        {
            using var text = new MemoryStream();
            var buffer = new byte[1 << 16];
            WebSocketReceiveResult part;
            do
            {
                part = await socket.ReceiveAsync(buffer, CancellationToken.None).WaitAsync(Patience);
                text.Write(buffer, 0, part.Count);
            }
            while (!part.EndOfMessage);
            var message = JsonNode.Parse(text.ToArray())!;
            if ((int?)message["id"] == id)
            {
                return message["result"] ?? throw new InvalidOperationException($"{method}: {message["error"]}");
            }
        }
    }
}
