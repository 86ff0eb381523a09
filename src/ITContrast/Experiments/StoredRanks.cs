using System.Text.Json.Nodes;
using ITContrast.Evaluation;

namespace ITContrast.Experiments;

/// <summary>The 0-based ranks of every test query, kept with a result so that two runs can be compared query by query.</summary>
/// <param name="CaptionQuery">One a caption, in evaluation order.</param>
/// <param name="ImageQuery">One an image, in evaluation order.</param>
public sealed record StoredRanks(int[] CaptionQuery, int[] ImageQuery)
{
    /// <summary>The ranks of a report.</summary>
    public static StoredRanks Of(RetrievalReport report) => new(report.CaptionQuery.Ranks, report.ImageQuery.Ranks);

    /// <summary>As JSON: two lines of numbers.</summary>
    public JsonObject ToJson() => new() { ["captionQuery"] = string.Join(' ', CaptionQuery), ["imageQuery"] = string.Join(' ', ImageQuery) };

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    /// <exception cref="DataException">A member is missing or holds something else than numbers.</exception>
    public static StoredRanks FromJson(JsonNode? json)
    {
        int[] Ranks(string name) =>
            [
                .. (
                    json?[name]?.GetValue<string>()
                    ?? throw new DataException($"A stored result lacks \"testRanks.{name}\". Was it written by another version?"))
            .Split(' ')
            .Select(word =>
                int.TryParse(word, out var rank)
                    ? rank
                    : throw new DataException($"A stored result's \"testRanks.{name}\" holds '{word}', expected a rank.")),
    ];
        return new(Ranks("captionQuery"), Ranks("imageQuery"));
    }
}
