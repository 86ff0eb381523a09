using System.Text.Json.Nodes;
using ITContrast.Notebooks.Language;
using ITContrast.Notebooks.Messages;

namespace ITContrast.Notebooks.Worker;

/// <summary>Answers requests about code, from the compilation that would continue the cells run so far.</summary>
internal sealed class LanguageRequests(ScriptChain chain)
{
    private readonly LanguageService service = new(code => chain.Continue(code));

    /// <summary>The reply's content; <c>{status: error}</c> for a request of unknown type or one that fails.</summary>
    public JsonObject Answer(Message request)
    {
        try
        {
            return request.Type switch
            {
                MessageTypes.IsCompleteRequest => IsComplete(request.Text("code") ?? ""),
                MessageTypes.CompleteRequest => service.Complete(request.Text("code") ?? "", Number(request, "cursor_pos")),
                MessageTypes.InspectRequest => service.Inspect(request.Text("code") ?? "", Number(request, "cursor_pos"), Number(request, "detail_level")),
                _ => Failed($"The worker knows no {request.Type}."),
            };
        }
        catch (Exception e)
        {
            return Failed($"{e.GetType().Name}: {e.Message}");
        }
    }

    private static JsonObject IsComplete(string code)
    {
        var (status, indent) = CellCompleteness.Of(code);
        return new JsonObject { ["status"] = status, ["indent"] = indent };
    }

    private static int Number(Message request, string name) => (int?)request.Content[name] ?? 0;

    private static JsonObject Failed(string why) =>
        new()
        {
            ["status"] = "error",
            ["ename"] = "RequestError",
            ["evalue"] = why,
            ["traceback"] = new JsonArray(),
        };
}
