using System.Diagnostics;
using ITContrast.Notebooks.Format;
using ITContrast.Notebooks.Messages;
using ITContrast.Notebooks.Session;

namespace ITContrast.Notebooks.Running;

/// <summary>Runs a notebook's code cells in order, headless, and saves it after every cell, so that a crash keeps what was done.</summary>
public sealed class NotebookRunner(RunOptions options, IRunProgress progress)
{
    private const string MayFail = "raises-exception";
    private const string Skipped = "skip-execution";
    private static readonly TimeSpan SaveInterval = TimeSpan.FromSeconds(5);

    /// <summary>Runs all code cells, up to the first that fails.</summary>
    /// <param name="notebook">The notebook; its outputs are replaced.</param>
    /// <param name="cancellationToken">Cancels the running cell, saves, and ends the run.</param>
    /// <exception cref="OperationCanceledException">The run was cancelled; what was done is saved.</exception>
    /// <exception cref="NotebookException">A parameter does not fit, the output cannot be written, or no worker starts.</exception>
    public async Task<RunResult> RunAsync(NotebookFile notebook, CancellationToken cancellationToken = default)
    {
        var clock = Stopwatch.StartNew();
        var output = options.Output ?? notebook.Path;
        var folder = Path.GetDirectoryName(Path.GetFullPath(notebook.Path));
        ParameterInjection.Apply(notebook, options.Parameters);
        var cells = notebook.Cells.Where(cell => cell.IsCode).ToList();
        foreach (var cell in cells)
        {
            cell.Clear();
        }
        var session = await NotebookSession
            .StartAsync(options.Session with { WorkingDirectory = options.Session.WorkingDirectory ?? folder }, cancellationToken)
            .ConfigureAwait(false);
        await using (session.ConfigureAwait(false))
        {
            var collector = new OutputCollector();
            for (var i = 0; i < cells.Count; i++)
            {
                if (cells[i].Source.Trim().Length == 0 || cells[i].Tags.Contains(Skipped))
                {
                    continue;
                }
                var result = await RunCellAsync(session, collector, notebook, cells[i], i + 1, cells.Count, output, cancellationToken).ConfigureAwait(false);
                cancellationToken.ThrowIfCancellationRequested();
                if (result.Status != ExecuteStatus.Ok && !(result.Status == ExecuteStatus.Error && cells[i].Tags.Contains(MayFail)))
                {
                    return new RunResult(notebook, output, result, notebook.Cells.ToList().IndexOf(cells[i]) + 1, clock.Elapsed);
                }
            }
        }
        return new RunResult(notebook, output, null, 0, clock.Elapsed);
    }

    private async Task<ExecuteResult> RunCellAsync(
        NotebookSession session, OutputCollector collector, NotebookFile notebook, NotebookCell cell, int number, int total, string output,
        CancellationToken cancellationToken)
    {
        progress.CellStarted(number, total, CellTitle.Of(notebook, cell));
        collector.Begin(cell);
        var clock = Stopwatch.StartNew();
        var saved = clock.Elapsed;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        if (options.CellTimeout is { } timeout)
        {
            limit.CancelAfter(timeout);
        }
        var result = await session.ExecuteAsync(cell.Source, message =>
        {
            collector.Take(message);
            Tell(message);
            if (clock.Elapsed - saved > SaveInterval)
            {
                collector.Store();
                notebook.Write(output);
                saved = clock.Elapsed;
            }
        }, limit.Token).ConfigureAwait(false);
        if (result.Status is ExecuteStatus.Cancelled or ExecuteStatus.Died && limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            string[] lines = [$"Cell [{result.ExecutionCount}] ran longer than its limit of {options.CellTimeout!.Value.TotalSeconds:0.#} s."];
            collector.Take(NotebookSession.ErrorMessage("TimeoutException", lines[0], lines));
            result = result with { Status = ExecuteStatus.Error, ErrorName = "TimeoutException", ErrorValue = lines[0], Traceback = lines };
        }
        collector.End();
        cell.ExecutionCount = result.ExecutionCount;
        notebook.Write(output);
        progress.CellEnded(number, total, clock.Elapsed, result.Status);
        return result;
    }

    private void Tell(Message message)
    {
        var text = message.Type == MessageTypes.Stream ? message.Text("text")
            : message.Content["data"]?["text/plain"] is { } plain ? MultiLine.Join(plain) : null;
        if (text?.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).LastOrDefault() is { } line)
        {
            progress.CellSaid(line);
        }
    }
}
