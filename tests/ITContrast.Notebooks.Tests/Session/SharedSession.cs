using System.Text.Json.Nodes;
using ITContrast.Notebooks.Messages;
using ITContrast.Notebooks.Session;

namespace ITContrast.Notebooks.Tests.Session;

/// <summary>A worker shared by the tests of a class: starting one for each test would make the suite slow.</summary>
public sealed class SharedSession : IAsyncLifetime
{
    /// <summary>The session.</summary>
    public NotebookSession Session { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Session = await NotebookSession.StartAsync();

    public ValueTask DisposeAsync() => Session.DisposeAsync();

    /// <summary>Runs a cell and keeps its messages.</summary>
    public Task<Ran> RunAsync(string code) => RunAsync(code, _ => { });

    /// <summary>Runs a cell, keeps its messages, and hands each on when it comes.</summary>
    public async Task<Ran> RunAsync(string code, Action<Message> came, CancellationToken cancellation = default)
    {
        var messages = new List<Message>();
        var result = await Session.ExecuteAsync(code, message =>
        {
            messages.Add(message);
            came(message);
        }, cancellation);
        return new Ran(result, messages);
    }

    /// <summary>
    /// Runs a cell whose code may call <c>Arrived()</c>, which waits until the text has come here: what a process has written before it dies is not lost, but
    /// may be late.
    /// </summary>
    public async Task<Ran> RunUntilArrivedAsync(string text, string code)
    {
        var gate = Path.Combine(Path.GetTempPath(), $"itc-arrived-{Guid.NewGuid():N}");
        try
        {
            return await RunAsync($"void Arrived() {{ while (!File.Exists(\"{gate}\")) Thread.Sleep(5); }}\n{code}", message =>
            {
                if (message.Text("text")?.Contains(text, StringComparison.Ordinal) == true)
                {
                    File.WriteAllText(gate, "");
                }
            });
        }
        finally
        {
            File.Delete(gate);
        }
    }
}

/// <summary>A cell that has run.</summary>
public sealed record Ran(ExecuteResult Result, List<Message> Messages)
{
    /// <summary>The shown result as plain text.</summary>
    public string? ResultText => (string?)Bundle(MessageTypes.ExecuteResult)?["text/plain"];

    /// <summary>The mime bundle of the first message of the type.</summary>
    public JsonObject? Bundle(string type = MessageTypes.DisplayData) => Messages.FirstOrDefault(m => m.Type == type)?.Content["data"] as JsonObject;

    /// <summary>All console text.</summary>
    public string Console => string.Concat(Messages.Where(m => m.Type == MessageTypes.Stream).Select(m => m.Text("text")));
}
