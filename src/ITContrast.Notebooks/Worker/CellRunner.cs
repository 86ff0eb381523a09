using System.Text.Json.Nodes;
using ITContrast.Notebooks.Cells;
using ITContrast.Notebooks.Display;
using ITContrast.Notebooks.Messages;
using ITContrast.Notebooks.Packages;

namespace ITContrast.Notebooks.Worker;

/// <summary>Runs one cell after another: directives, compilation, the run on the cells' thread, the shown result, the error.</summary>
internal sealed class CellRunner
{
    /// <summary>How long a cell may take to observe its token before its thread is aborted.</summary>
    private static readonly TimeSpan TokenGrace = TimeSpan.FromSeconds(1);

    private readonly CellOutput output;
    private readonly CellThread thread;
    private readonly SemaphoreSlim oneCell = new(1, 1);
    private readonly Dictionary<string, string> sources = [];
    private readonly ReferenceLoader packages;
    private CancellationTokenSource token = new();
    private CancellationTokenSource abort = new();

    public CellRunner(CellOutput output)
    {
        this.output = output;
        packages = new ReferenceLoader(Chain.References);
        thread = new CellThread(stray => Console.Error.WriteLine($"An exception outside any cell: {stray}"));
    }

    /// <summary>The C# cells run so far.</summary>
    public ScriptChain Chain { get; } = new();

    /// <summary>Compiles something small in the background, so that the first cell does not wait for the compiler itself to be compiled.</summary>
    public void WarmUp() => _ = Task.Run(() =>
    {
        try
        {
            var chain = new ScriptChain();
            chain.Load(chain.Continue("var warm = new[] { 1, 2 }.Select(i => $\"{i}\").ToList(); await Task.Yield(); display(warm); warm.Count"), out _, CancellationToken.None);
        }
        catch (Exception)
        {
            // A cell that meets the same failure reports it; here nobody asked.
        }
    });

    /// <summary>Cancels the running cell: its token now, its thread a second later. Harmless when none runs.</summary>
    public void Interrupt()
    {
        var (first, second) = (token, abort);
        _ = Task.Run(first.Cancel);
        _ = Task.Delay(TokenGrace).ContinueWith(_ => second.Cancel(), TaskScheduler.Default);
    }

    /// <summary>Runs an <c>execute_request</c>. Outputs are sent as messages; the returned content is the reply's.</summary>
    public async Task<JsonObject> ExecuteAsync(Message request)
    {
        await oneCell.WaitAsync().ConfigureAwait(false);
        try
        {
            output.Begin(request.Id);
            (token, abort) = (new CancellationTokenSource(), new CancellationTokenSource());
            Notebook.Begin(token.Token);
            var count = (int?)request.Content["execution_count"] ?? 0;
            var error = await RunAsync(request.Text("code") ?? "", count, (bool?)request.Content["silent"] ?? false).ConfigureAwait(false);
            output.Flush();
            if (error is not null)
            {
                output.Send(MessageTypes.Error, error.ToContent());
            }
            var reply = error?.ToContent() ?? [];
            reply["status"] = error is null ? "ok" : token.IsCancellationRequested ? "cancelled" : "error";
            reply["execution_count"] = count;
            return reply;
        }
        finally
        {
            oneCell.Release();
        }
    }

    private async Task<CellError?> RunAsync(string code, int count, bool silent)
    {
        var path = $"Cell [{count}]";
        sources[path] = code;
        try
        {
            var directives = Directives.Of(code);
            foreach (var reference in directives.References)
            {
                packages.Add(reference);
            }
            var compilation = Chain.Continue(directives.Code, path);
            var entry = Chain.Load(compilation, out var errors, token.Token);
            if (entry is null)
            {
                return CellError.Of(errors, SourceOf);
            }
            object? value;
            try
            {
                value = await thread.RunAsync(entry, abort.Token).ConfigureAwait(false);
            }
            finally
            {
                Chain.Advance(compilation);
            }
            if (!silent && ScriptChain.HasResult(compilation))
            {
                ShowResult(value, count);
            }
            return null;
        }
        catch (OperationCanceledException) when (token.IsCancellationRequested)
        {
            return new CellError("OperationCanceledException", $"{path} was cancelled", [$"{path} was cancelled; what ran before it still holds."]);
        }
        catch (NotebookException e)
        {
            return new CellError(nameof(NotebookException), e.Message, [$"{path}: {e.Message}"]);
        }
        catch (Exception e)
        {
            return CellError.Of(e, SourceOf);
        }
    }

    private void ShowResult(object? value, int count) => output.Display(MessageTypes.ExecuteResult, new JsonObject
    {
        ["execution_count"] = count,
        ["data"] = MimeBundle.Of(value),
        ["metadata"] = new JsonObject(),
    });

    private string? SourceOf(string path) => sources.GetValueOrDefault(path);
}
