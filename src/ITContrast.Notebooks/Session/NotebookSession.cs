using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json.Nodes;
using ITContrast.Notebooks.Messages;

namespace ITContrast.Notebooks.Session;

/// <summary>
/// The supervisor's side of a worker process: starts it, sends it requests, hands its messages on, and tells why it died.
/// Cells run one after another; requests about code (completion, inspection) may come while a cell runs.
/// </summary>
public sealed class NotebookSession : IAsyncDisposable
{
    private const int MostGraces = 6;
    private static readonly TimeSpan GraceStep = TimeSpan.FromSeconds(0.5);
    private readonly SessionOptions options;
    private readonly SemaphoreSlim oneCell = new(1, 1);
    private WorkerProcess? worker;
    private int executions;

    private NotebookSession(SessionOptions options) => this.options = options;

    /// <summary>Starts a worker and waits until it accepts requests.</summary>
    /// <exception cref="NotebookException">The worker did not start; the message says what it printed.</exception>
    public static async Task<NotebookSession> StartAsync(SessionOptions? options = null, CancellationToken cancellationToken = default)
    {
        var session = new NotebookSession(options ?? new SessionOptions());
        await session.StartWorkerAsync(cancellationToken).ConfigureAwait(false);
        return session;
    }

    /// <summary>Raised for messages that belong to no request, such as output of a task that outlived its cell.</summary>
    public event Action<Message>? Unsolicited;

    /// <summary>Whether a worker is running.</summary>
    public bool IsAlive => worker is { HasEnded: false };

    /// <summary>The worker's process id; 0 without one.</summary>
    public int ProcessId => worker?.ProcessId ?? 0;

    /// <summary>
    /// Runs a cell. <paramref name="onMessage"/> gets its <c>stream</c>, <c>display_data</c>, <c>update_display_data</c>, <c>execute_result</c>,
    /// <c>clear_output</c> and <c>error</c> messages in order, one at a time, all before the task completes.
    /// A dead worker is restarted first, with empty state.
    /// </summary>
    /// <param name="code">The cell's source.</param>
    /// <param name="onMessage">Receives the cell's messages.</param>
    /// <param name="cancellationToken">Interrupts the cell as <see cref="InterruptAsync"/> does; the task still completes normally, with how the cell
    /// ended.</param>
    /// <param name="silent">Show no last expression and count no execution, as Jupyter's <c>silent</c>.</param>
    /// <param name="executionCount">The number that the cell goes by, where the caller counts; null lets the session count.</param>
    /// <param name="allowInput">Whether an <c>input_request</c> among the messages will be answered with <see cref="Post"/>; otherwise a cell that reads the
    /// console meets its end.</param>
    public async Task<ExecuteResult> ExecuteAsync(
        string code, Action<Message> onMessage, CancellationToken cancellationToken = default, bool silent = false, int? executionCount = null,
        bool allowInput = false)
    {
        await oneCell.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        try
        {
            if (!IsAlive)
            {
                await StartWorkerAsync(CancellationToken.None).ConfigureAwait(false);
            }
            var running = worker!;
            running.Stopping = false;
            var count = executionCount ?? (silent ? executions : ++executions);
            var request = new Message(
                MessageTypes.ExecuteRequest,
                new JsonObject
                {
                    ["code"] = code,
                    ["silent"] = silent,
                    ["execution_count"] = count,
                    ["allow_stdin"] = allowInput,
                });
            var reply = running.RequestAsync(request, onMessage);
            using var registration = cancellationToken.Register(() => _ = InterruptAsync());
            return ToResult(await reply.ConfigureAwait(false), count, onMessage, running);
        }
        finally
        {
            oneCell.Release();
        }
    }

    /// <summary>Sends a message that has no reply, such as the answer to an <c>input_request</c>; without a worker it is lost.</summary>
    public void Post(Message message) => worker?.TrySend(message);

    /// <summary>Sends a request other than a cell (completion, inspection, completeness) and returns its reply.</summary>
    /// <exception cref="NotebookException">The worker died before it answered.</exception>
    public async Task<Message> RequestAsync(Message request, Action<Message>? onMessage = null)
    {
        if (!IsAlive)
        {
            await StartWorkerAsync(CancellationToken.None).ConfigureAwait(false);
        }
        return await worker!.RequestAsync(request, onMessage ?? (_ => { })).ConfigureAwait(false)
            ?? throw new NotebookException($"The worker ended before it answered {request.Type}: {worker.CauseOfDeath}");
    }

    /// <summary>
    /// Cancels the running cell in steps: its token; then, inside the worker, an abort of the cell's thread; then, after
    /// <see cref="SessionOptions.CancelGrace"/>, not counting what the worker waited for a processor, the worker is killed. Returns when the cell has ended; at
    /// once when none runs.
    /// </summary>
    public async Task InterruptAsync()
    {
        if (worker is not { HasEnded: false } running || oneCell.CurrentCount > 0)
        {
            return;
        }
        running.Stopping = true;
        var computed = running.ProcessorTime;
        running.TrySend(new Message(MessageTypes.InterruptRequest, []));
        var (clock, fair, left, begun) = (Stopwatch.StartNew(), new FairClock(running.ProcessId), options.CancelGrace, TimeSpan.Zero);
        while (left > TimeSpan.Zero && clock.Elapsed < MostGraces * options.CancelGrace)
        {
            if (await oneCell.WaitAsync(left < GraceStep ? left : GraceStep).ConfigureAwait(false))
            {
                oneCell.Release();
                return;
            }
            left -= fair.Share(clock.Elapsed - begun);
            begun = clock.Elapsed;
        }
        computed = running.ProcessorTime - computed;
        running.Kill(
            $"the cell did not stop within {clock.Elapsed.TotalSeconds:0} s (its worker computed for {computed.TotalSeconds:0.#} s meanwhile), so its worker was ended; all variables are lost"
        );
    }

    /// <summary>Ends the worker at once; a running cell ends as <see cref="ExecuteStatus.Died"/>.</summary>
    public void Kill(string why = "the session was ended") => worker?.Kill(why);

    /// <summary>Asks the worker to end, then ends it.</summary>
    public async ValueTask DisposeAsync()
    {
        if (worker is not null)
        {
            await worker.ShutdownAsync().ConfigureAwait(false);
        }
    }

    private async Task StartWorkerAsync(CancellationToken cancellationToken)
    {
        if (worker is not null)
        {
            await worker.ShutdownAsync().ConfigureAwait(false);
        }
        worker = await WorkerProcess.StartAsync(options, message => Unsolicited?.Invoke(message), cancellationToken).ConfigureAwait(false);
    }

    private static ExecuteResult ToResult(Message? reply, int count, Action<Message> onMessage, WorkerProcess running)
    {
        if (reply is null)
        {
            var cause = running.CauseOfDeath;
            string[] lines = [$"Cell [{count}] ended the worker: {cause}", .. running.LastWords];
            onMessage(ErrorMessage("WorkerDied", cause, lines));
            return new ExecuteResult(ExecuteStatus.Died, count, "WorkerDied", cause, lines);
        }
        var status = reply.Text("status") switch
        {
            "ok" => ExecuteStatus.Ok,
            "cancelled" => ExecuteStatus.Cancelled,
            _ => ExecuteStatus.Error,
        };
        var traceback = (reply.Content["traceback"] as JsonArray)?.Select(line => (string)line!).ToArray();
        return new ExecuteResult(status, count, reply.Text("ename"), reply.Text("evalue"), traceback);
    }

    /// <summary>An <c>error</c> message as Jupyter shapes it.</summary>
    public static Message ErrorMessage(string name, string value, IEnumerable<string> traceback) => new(MessageTypes.Error, new JsonObject
    {
        ["ename"] = name,
        ["evalue"] = value,
        ["traceback"] = new JsonArray([.. traceback.Select(line => (JsonNode)line)]),
    });
}
