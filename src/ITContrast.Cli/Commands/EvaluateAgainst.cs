using System.Text.Json.Nodes;
using ITContrast.Evaluation;

namespace ITContrast.Cli.Commands;

/// <summary><c>itc evaluate --against PREFIX</c>: the queries whose ranks differ from those that another program wrote.</summary>
internal static class EvaluateAgainst
{
    private const int Listed = 20;

    /// <summary>Per direction how many queries differ, and the first of them with both ranks.</summary>
    public static JsonObject Differences(RetrievalReport report, string prefix) => new()
    {
        ["image_query"] = Direction(report.ImageQuery, $"{prefix}.image.npy"),
        ["caption_query"] = Direction(report.CaptionQuery, $"{prefix}.caption.npy"),
    };

    private static JsonObject Direction(DirectionReport report, string path)
    {
        long[] other = FileEvaluation.Integers(path, report.Queries, "0-based ranks, one a query");
        int[] differ = [.. Enumerable.Range(0, other.Length).Where(query => other[query] != report.Ranks[query])];
        return new()
        {
            ["queries"] = other.Length,
            ["differ"] = differ.Length,
            ["first"] = new JsonArray([.. differ.Take(Listed).Select(query => (JsonNode)new JsonObject
            {
                ["query"] = query, ["rank"] = report.Ranks[query], ["other"] = other[query],
            })]),
        };
    }
}
