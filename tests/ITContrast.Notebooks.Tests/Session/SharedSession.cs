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
    public async Task<Ran> RunAsync(string code, CancellationToken cancellation = default)
    {
        var messages = new List<Message>();
        var result = await Session.ExecuteAsync(code, messages.Add, cancellation);
        return new Ran(result, messages);
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
