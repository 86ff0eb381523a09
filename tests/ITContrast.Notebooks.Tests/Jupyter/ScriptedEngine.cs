using System.Text.Json.Nodes;
using ITContrast.Notebooks.Jupyter;

namespace ITContrast.Notebooks.Tests.Jupyter;

/// <summary>
/// An engine whose cells are commands: <c>print X</c>, <c>result X</c>, <c>figure</c>, <c>fail X</c>, <c>ask X</c>, and <c>wait</c>, which lasts
/// until it is interrupted.
/// </summary>
internal sealed class ScriptedEngine : IKernelEngine
{
    private readonly TaskCompletionSource waiting = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource interrupt = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when a <c>wait</c> has begun.</summary>
    public Task Waiting => waiting.Task;

    public List<string> Ran { get; } = [];

    /// <summary>A <c>fail</c> waits until this holds.</summary>
    public Func<bool> MayFail { get; set; } = () => true;

    public async Task<CellOutcome> ExecuteAsync(string code, int executionCount, ICellFront front)
    {
        Ran.Add(code);
        var (command, rest) = code.Split(' ', 2) is [var first, var second] ? (first, second) : (code, "");
        switch (command)
        {
            case "print":
                front.Publish("stream", new JsonObject { ["name"] = "stdout", ["text"] = rest });
                return CellOutcome.Ok;
            case "result":
                front.Publish("execute_result", new JsonObject { ["data"] = new JsonObject { ["text/plain"] = rest }, ["metadata"] = new JsonObject() });
                return CellOutcome.Ok;
            case "figure":
                front.Publish("display_data", new JsonObject
                {
                    ["data"] = new JsonObject { ["application/vnd.plotly.v1+json"] = new JsonObject { ["data"] = new JsonArray("</script>") } },
                    ["metadata"] = new JsonObject(),
                });
                return CellOutcome.Ok;
            case "ask":
                front.Publish("stream", new JsonObject { ["name"] = "stdout", ["text"] = front.TakesInput ? await front.AskAsync(rest, false) : "(no input)" });
                return CellOutcome.Ok;
            case "wait":
                waiting.TrySetResult();
                await interrupt.Task;
                interrupt = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                return new CellOutcome(false, "OperationCanceledException", "cancelled", []);
            default:
                while (!MayFail())
                {
                    await Task.Delay(1);
                }

                return new CellOutcome(false, "Failure", rest, ["line 1", "line 2"]);
        }
    }

    public Task InterruptAsync()
    {
        interrupt.TrySetResult();
        return Task.CompletedTask;
    }

    public Task<JsonObject> CompleteAsync(string code, int cursor) => Task.FromResult(new JsonObject
    {
        ["status"] = "ok", ["matches"] = new JsonArray("x"), ["cursor_start"] = cursor, ["cursor_end"] = code.Length, ["metadata"] = new JsonObject(),
    });

    public Task<JsonObject> InspectAsync(string code, int cursor, int detail) => throw new InvalidDataException("no such symbol");

    public ValueTask DisposeAsync()
    {
        interrupt.TrySetResult();
        return ValueTask.CompletedTask;
    }
}
