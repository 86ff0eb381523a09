using System.Diagnostics;
using System.Text.Json.Nodes;
using ITContrast.Notebooks.Cells;
using ITContrast.Notebooks.Display;
using ITContrast.Notebooks.Magics;
using ITContrast.Notebooks.Messages;

namespace ITContrast.Notebooks.Worker;

/// <summary>Runs one cell after another: its parts in order, the shown result, the error, the cancellation.</summary>
internal sealed class CellRunner
{
    private readonly CellOutput output;
    private readonly CellThread thread;
    private readonly CSharpCells csharp;
    private readonly Polyglots others;
    private readonly SemaphoreSlim oneCell = new(1, 1);
    private volatile CellCancellation? running;

    public CellRunner(CellOutput output)
    {
        this.output = output;
        thread = new CellThread(stray => Console.Error.WriteLine($"An exception outside any cell: {stray}"));
        csharp = new CSharpCells(thread);
        others = new Polyglots(csharp, thread);
    }

    /// <summary>The C# cells run so far.</summary>
    public ScriptChain Chain => csharp.Chain;

    /// <summary>Compiles something small in the background, so that the first cell does not wait for the compiler itself to be compiled.</summary>
    public static void WarmUp() => _ = Task.Run(() =>
    {
        try
        {
            var chain = new ScriptChain();
            chain.Load(
                chain.Continue("var warm = new[] { 1, 2 }.Select(i => $\"{i}\").ToList(); await Task.Yield(); display(warm); warm.Count"),
                out _,
                CancellationToken.None);
        }
        catch (Exception)
        {
            // A cell that meets the same failure reports it; here nobody asked.
        }
    });

    /// <summary>Cancels the running cell, in steps. Harmless when none runs.</summary>
    public void Interrupt() => running?.Request();

    /// <summary>Runs an <c>execute_request</c>. Outputs are sent as messages; the returned content is the reply's.</summary>
    public async Task<JsonObject> ExecuteAsync(Message request)
    {
        await oneCell.WaitAsync().ConfigureAwait(false);
        try
        {
            output.Begin(request.Id);
            var cancellation = new CellCancellation(thread);
            Notebook.Begin(cancellation.Observed);
            running = cancellation;
            var count = (int?)request.Content["execution_count"] ?? 0;
            var error = await RunAsync(request.Text("code") ?? "", count, (bool?)request.Content["silent"] ?? false, cancellation).ConfigureAwait(false);
            cancellation.End();
            await cancellation.CallbacksAsync().ConfigureAwait(false);
            output.Flush();
            if (error is not null)
            {
                output.Send(MessageTypes.Error, error.ToContent());
            }
            var reply = error?.ToContent() ?? [];
            reply["status"] = error is null ? "ok" : cancellation.IsRequested ? "cancelled" : "error";
            reply["execution_count"] = count;
            return reply;
        }
        finally
        {
            oneCell.Release();
        }
    }

    private async Task<CellError?> RunAsync(string code, int count, bool silent, CellCancellation cancellation)
    {
        var path = $"Cell [{count}]";
        var clock = Stopwatch.StartNew();
        csharp.Remember(path, code);
        try
        {
            var parts = CellParts.Of(code);
            foreach (var part in parts.Parts)
            {
                if (part.Kind != CellParts.Default)
                {
                    await others.RunAsync(part, path, cancellation).ConfigureAwait(false);
                }
                else if (await csharp.RunAsync(part.Text, path, cancellation).ConfigureAwait(false) is { HasValue: true } result && !silent)
                {
                    Show(result.Value, part == parts.Parts[^1] ? count : null);
                }
            }
            if (parts.Timed)
            {
                DisplayHub.Show(MimeBundle.As($"Wall time: {clock.Elapsed.TotalMilliseconds:0.0} ms", MimeBundle.Plain));
            }
            return null;
        }
        catch (OperationCanceledException) when (cancellation.IsRequested)
        {
            return new CellError(nameof(OperationCanceledException), $"{path} was cancelled", [$"{path} was cancelled; what ran before it still holds."]);
        }
        catch (CellFailure e)
        {
            return e.Error;
        }
        catch (NotebookException e)
        {
            return new CellError(nameof(NotebookException), e.Message, [$"{path}: {e.Message}"]);
        }
        catch (Exception e)
        {
            return CellError.Of(e, csharp.SourceOf);
        }
    }

    private void Show(object? value, int? count)
    {
        if (count is null)
        {
            DisplayHub.Show(MimeBundle.Of(value));
            return;
        }
        output.Display(
            MessageTypes.ExecuteResult,
            new JsonObject
            {
                ["execution_count"] = count,
                ["data"] = MimeBundle.Of(value),
                ["metadata"] = new JsonObject(),
            });
    }
}
