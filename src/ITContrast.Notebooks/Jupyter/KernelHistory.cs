using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace ITContrast.Notebooks.Jupyter;

/// <summary>
/// The cells that this kernel ran, for <c>history_request</c>: tail, range and search. Each kernel process is one session, number 1.
/// Source: Jupyter client documentation, "Messaging in Jupyter", section "History" [V].
/// </summary>
internal sealed class KernelHistory
{
    private const int Session = 1;
    private const int Kept = 10_000;

    private readonly List<Entry> entries = [];

    private sealed record Entry(int Line, string Code, string? Result);

    /// <summary>Adds a cell.</summary>
    /// <param name="line">Its execution count.</param>
    /// <param name="code">Its source.</param>
    /// <param name="result">Its result as plain text; null for none.</param>
    public void Add(int line, string code, string? result)
    {
        entries.Add(new Entry(line, code, result));
        if (entries.Count > Kept)
        {
            entries.RemoveAt(0);
        }
    }

    /// <summary>Answers a <c>history_request</c>.</summary>
    /// <returns>The reply's <c>history</c>: <c>[session, line, input]</c>, or <c>[session, line, [input, output]]</c> with <c>output</c>.</returns>
    public JsonArray Find(JupyterMessage request)
    {
        var output = request.Flag("output", false);
        var n = request.Number("n", int.MaxValue);
        var found = request.Text("hist_access_type") switch
        {
            "tail" => entries.TakeLast(n),
            "range" => Range(request.Number("session", 0), request.Number("start", 0), request.Number("stop", int.MaxValue)),
            "search" => Search(request.Text("pattern", "*"), request.Flag("unique", false)).TakeLast(n),
            _ => [],
        };
        return [.. found.Select(e => (JsonNode)new JsonArray(Session, e.Line, output ? new JsonArray(e.Code, e.Result) : (JsonNode)e.Code))];
    }

    // Session 0 is the current one, a negative one counts back from it; there is only the current one here.
    private IEnumerable<Entry> Range(int session, int start, int stop) =>
        session is 0 or Session ? entries.Where(e => e.Line >= start && e.Line < stop) : [];

    private List<Entry> Search(string pattern, bool unique)
    {
        var glob = new Regex(
            "^" + Regex.Escape(pattern).Replace("\\*", ".*").Replace("\\?", ".") + "$", RegexOptions.Singleline | RegexOptions.NonBacktracking);
        var found = entries.Where(e => glob.IsMatch(e.Code)).ToList();
        return unique ? [.. found.GroupBy(e => e.Code).Select(g => g.Last()).OrderBy(e => e.Line)] : found;
    }
}
