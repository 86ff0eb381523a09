using System.Text.Json.Nodes;
using ITContrast.Notebooks.Language;

namespace ITContrast.Notebooks.Jupyter;

/// <summary>Requests about code that is not run; Jupyter counts a cursor in Unicode code points, the engine in UTF-16 units.</summary>
internal static class CodeRequests
{
    /// <summary>Answers a <c>complete_request</c>.</summary>
    public static async Task<JsonObject> CompleteAsync(IKernelEngine engine, JupyterMessage request)
    {
        var code = request.Text("code");
        var reply = await engine.CompleteAsync(code, Cursor(request, code)).ConfigureAwait(false);
        foreach (var name in (string[])["cursor_start", "cursor_end"])
        {
            reply[name] = CodePoints.FromUtf16(code, reply[name]!.GetValue<int>());
        }

        return reply;
    }

    /// <summary>Answers an <c>inspect_request</c>.</summary>
    public static Task<JsonObject> InspectAsync(IKernelEngine engine, JupyterMessage request)
    {
        var code = request.Text("code");
        return engine.InspectAsync(code, Cursor(request, code), request.Number("detail_level", 0));
    }

    /// <summary>Answers an <c>is_complete_request</c>.</summary>
    public static JsonObject IsComplete(JupyterMessage request)
    {
        var (status, indent) = CellCompleteness.Of(request.Text("code"));
        var reply = new JsonObject { ["status"] = status };
        if (status == "incomplete")
        {
            reply["indent"] = indent;
        }

        return reply;
    }

    private static int Cursor(JupyterMessage request, string code) => CodePoints.ToUtf16(code, request.Number("cursor_pos", int.MaxValue));
}
