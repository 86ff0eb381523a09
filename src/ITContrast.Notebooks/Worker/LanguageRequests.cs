using System.Text.Json.Nodes;
using ITContrast.Notebooks.Messages;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace ITContrast.Notebooks.Worker;

/// <summary>Answers requests about code, from the compilation that would continue the cells run so far.</summary>
internal sealed class LanguageRequests(ScriptChain chain)
{
    /// <summary>The reply's content; <c>{status: error}</c> for a request of unknown type or one that fails.</summary>
    public JsonObject Answer(Message request)
    {
        try
        {
            return request.Type switch
            {
                MessageTypes.IsCompleteRequest => IsComplete(request.Text("code") ?? ""),
                _ => Failed($"The worker knows no {request.Type}."),
            };
        }
        catch (Exception e)
        {
            return Failed($"{e.GetType().Name}: {e.Message}");
        }
    }

    private JsonObject IsComplete(string code)
    {
        var tree = chain.Continue(code).SyntaxTrees.Single();
        return SyntaxFactory.IsCompleteSubmission(tree)
            ? new JsonObject { ["status"] = tree.GetDiagnostics().Any(d => d.Severity == DiagnosticSeverity.Error) ? "invalid" : "complete" }
            : new JsonObject { ["status"] = "incomplete", ["indent"] = "" };
    }

    private static JsonObject Failed(string why) => new() { ["status"] = "error", ["ename"] = "RequestError", ["evalue"] = why, ["traceback"] = new JsonArray() };
}
