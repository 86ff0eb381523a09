using System.Text.Json.Nodes;

namespace ITContrast.Notebooks.Jupyter;

/// <summary>
/// Serves <c>execute_request</c>: numbers cells, publishes their outputs, evaluates user expressions, keeps the history, and
/// after a failure answers the cells already queued with <c>aborted</c>.
/// Source: Jupyter client documentation, "Messaging in Jupyter", section "Execute" [V].
/// </summary>
internal sealed class ExecuteRequests(IKernelEngine engine, JupyterKernel kernel)
{
    // Cells that a client sent together with a failing one may still be on their way when it fails.
    // Python's kernel has such a window, too (stop_on_error_timeout).
    private static readonly TimeSpan Straggling = TimeSpan.FromMilliseconds(20);

    private volatile TaskCompletionSource<string>? asking;
    private volatile bool interrupted;
    private long abortThrough = -1;
    private int count;

    /// <summary>The cells run so far.</summary>
    public KernelHistory History { get; } = new();

    /// <summary>Runs the request's cell and returns the content of its reply.</summary>
    public async Task<JsonObject> RunAsync(JupyterMessage request)
    {
        if (request.Order <= abortThrough)
        {
            return new JsonObject { ["status"] = "aborted", ["execution_count"] = count };
        }

        var code = request.Text("code");
        var silent = request.Flag("silent", false);
        var store = !silent && request.Flag("store_history", true);
        interrupted = false;
        count += store ? 1 : 0;
        var front = new Front(this, kernel, request, silent);
        if (!silent)
        {
            kernel.Publish("execute_input", new JsonObject { ["code"] = code, ["execution_count"] = count }, request);
        }

        var outcome = await engine.ExecuteAsync(code, count, front).ConfigureAwait(false);
        asking?.TrySetCanceled();
        if (store)
        {
            History.Add(count, code, front.Result);
        }

        if (outcome.Succeeded)
        {
            var expressions = request.Content["user_expressions"] is JsonObject wanted ? await EvaluateAsync(wanted, request).ConfigureAwait(false) : [];
            return new JsonObject { ["status"] = "ok", ["execution_count"] = count, ["payload"] = new JsonArray(), ["user_expressions"] = expressions };
        }

        // What a front end asks in silence is none of the user's cells: it stops none.
        if (!silent && request.Flag("stop_on_error", true))
        {
            await Task.Delay(Straggling).ConfigureAwait(false);
            abortThrough = kernel.LastShellOrder;
        }

        var failure = JupyterKernel.Failure(outcome.Name, outcome.Value, outcome.Traceback ?? []);
        failure["execution_count"] = count;
        return failure;
    }

    /// <summary>Stops the running cell, also one that waits for input.</summary>
    public async Task InterruptAsync()
    {
        interrupted = true;
        asking?.TrySetCanceled();
        await engine.InterruptAsync().ConfigureAwait(false);
    }

    /// <summary>Hands over a line that the user typed.</summary>
    /// <returns>Whether a cell was waiting for one.</returns>
    public bool Answer(string line) => asking?.TrySetResult(line) is true;

    private async Task<JsonObject> EvaluateAsync(JsonObject wanted, JupyterMessage request)
    {
        var results = new JsonObject();
        foreach (var (name, expression) in wanted)
        {
            var front = new Front(this, kernel, request, silent: true);
            var outcome = await engine.ExecuteAsync(expression?.ToString() ?? "", count, front).ConfigureAwait(false);
            results[name] = outcome.Succeeded
                ? new JsonObject { ["status"] = "ok", ["data"] = front.Data ?? [], ["metadata"] = new JsonObject() }
                : JupyterKernel.Failure(outcome.Name, outcome.Value, outcome.Traceback ?? []);
        }

        return results;
    }

    private sealed class Front(ExecuteRequests runner, JupyterKernel kernel, JupyterMessage request, bool silent) : ICellFront
    {
        /// <summary>The data of the cell's <c>execute_result</c>.</summary>
        public JsonObject? Data { get; private set; }

        /// <summary>The result as plain text.</summary>
        public string? Result => Data?["text/plain"]?.ToString();

        public void Publish(string type, JsonObject content)
        {
            PlotlyInJupyter.Complete(content);
            if (type == "execute_result")
            {
                Data = content["data"]?.DeepClone() as JsonObject;
                content["execution_count"] = runner.count;
            }

            if (!silent)
            {
                kernel.Publish(type, content, request);
            }
        }

        public bool TakesInput { get; } = !silent && request.Flag("allow_stdin", true);

        public async Task<string> AskAsync(string prompt, bool password)
        {
            var answer = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
            runner.asking = answer;
            if (runner.interrupted)
            {
                answer.TrySetCanceled();
            }

            kernel.Send("stdin", "input_request", new JsonObject { ["prompt"] = prompt, ["password"] = password }, request);
            return await answer.Task.ConfigureAwait(false);
        }
    }
}
