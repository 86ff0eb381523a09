using System.Text.Json.Nodes;
using ITContrast.Notebooks.Messages;
using ITContrast.Notebooks.Session;

namespace ITContrast.Notebooks.Jupyter;

/// <summary>
/// Runs a kernel's cells in a <see cref="NotebookSession"/>. The worker starts in the background, so that the kernel answers
/// before it is ready; a worker that dies is replaced before the next cell.
/// </summary>
public sealed class SessionEngine : IKernelEngine
{
    private readonly Task<NotebookSession> starting;

    /// <summary>Starts the worker.</summary>
    /// <param name="options">How; null for the defaults.</param>
    public SessionEngine(SessionOptions? options = null) => starting = Task.Run(() => NotebookSession.StartAsync(options));

    /// <inheritdoc/>
    public async Task<CellOutcome> ExecuteAsync(string code, int executionCount, ICellFront front)
    {
        try
        {
            var session = await starting.ConfigureAwait(false);
            void Forward(Message message)
            {
                if (message.Type == MessageTypes.InputRequest)
                {
                    _ = AnswerAsync(session, message, front);
                }
                else
                {
                    front.Publish(message.Type, message.Content);
                }
            }

            var result = await session.ExecuteAsync(code, Forward, executionCount: executionCount, allowInput: front.TakesInput).ConfigureAwait(false);
            return result.Status == ExecuteStatus.Ok
                ? CellOutcome.Ok
                : new CellOutcome(false, result.ErrorName ?? "Error", result.ErrorValue ?? "", result.Traceback);
        }
        catch (NotebookException e)
        {
            front.Publish("error", JupyterKernel.Failure("WorkerError", e.Message, [e.Message]));
            return new CellOutcome(false, "WorkerError", e.Message, [e.Message]);
        }
    }

    /// <inheritdoc/>
    public async Task InterruptAsync()
    {
        var session = await starting.ConfigureAwait(false);
        _ = session.InterruptAsync();
    }

    /// <inheritdoc/>
    public Task<JsonObject> CompleteAsync(string code, int cursor) =>
        AskAsync(MessageTypes.CompleteRequest, new JsonObject { ["code"] = code, ["cursor_pos"] = cursor });

    /// <inheritdoc/>
    public Task<JsonObject> InspectAsync(string code, int cursor, int detail) =>
        AskAsync(MessageTypes.InspectRequest, new JsonObject { ["code"] = code, ["cursor_pos"] = cursor, ["detail_level"] = detail });

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        try
        {
            var session = await starting.ConfigureAwait(false);
            await session.DisposeAsync().ConfigureAwait(false);
        }
        catch (NotebookException)
        {
            // The worker never started; each cell said so.
        }
    }

    private static async Task AnswerAsync(NotebookSession session, Message question, ICellFront front)
    {
        try
        {
            var line = await front.AskAsync(question.Text("prompt") ?? "", (bool?)question.Content["password"] ?? false).ConfigureAwait(false);
            session.Post(new Message(MessageTypes.InputReply, new JsonObject { ["value"] = line }));
        }
        catch (OperationCanceledException)
        {
            // The interrupted cell no longer waits.
        }
    }

    private async Task<JsonObject> AskAsync(string type, JsonObject content)
    {
        var session = await starting.ConfigureAwait(false);
        return (await session.RequestAsync(new Message(type, content)).ConfigureAwait(false)).Content;
    }
}
