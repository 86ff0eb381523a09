using System.Text.Json.Nodes;
using ITContrast.Evaluation;

namespace ITContrast.Experiments;

/// <summary>The metrics of both directions as stored in <c>result.json</c>.</summary>
/// <param name="CaptionQuery">Captions → images.</param>
/// <param name="ImageQuery">Images → captions.</param>
public sealed record RecallTable(RecallRow CaptionQuery, RecallRow ImageQuery)
{
    /// <summary>The sum of the six recalls, 0 to 600.</summary>
    public double RSum => CaptionQuery.R1 + CaptionQuery.R5 + CaptionQuery.R10 + ImageQuery.R1 + ImageQuery.R5 + ImageQuery.R10;

    /// <summary>The table of a report.</summary>
    public static RecallTable Of(RetrievalReport report) => new(RecallRow.Of(report.CaptionQuery), RecallRow.Of(report.ImageQuery));

    /// <summary>As JSON.</summary>
    public JsonObject ToJson() => new() { ["captionQuery"] = CaptionQuery.ToJson(), ["imageQuery"] = ImageQuery.ToJson(), ["rsum"] = RSum };

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    /// <exception cref="DataException">A member is missing.</exception>
    public static RecallTable FromJson(JsonNode json) => new(RecallRow.FromJson(json["captionQuery"]), RecallRow.FromJson(json["imageQuery"]));
}

/// <summary>The metrics of one direction; recalls in percent, ranks from 1.</summary>
/// <param name="R1">R@1.</param>
/// <param name="R5">R@5.</param>
/// <param name="R10">R@10.</param>
/// <param name="MedianRank">Median rank.</param>
/// <param name="MeanRank">Mean rank.</param>
/// <param name="Queries">Queries.</param>
/// <param name="Gallery">Items ranked for each.</param>
public sealed record RecallRow(double R1, double R5, double R10, double MedianRank, double MeanRank, int Queries, int Gallery)
{
    /// <summary>The row of a direction's report.</summary>
    public static RecallRow Of(DirectionReport report) =>
        new(report.R1, report.R5, report.R10, report.MedianRank, report.MeanRank, report.Queries, report.Gallery);

    /// <summary>As JSON.</summary>
    public JsonObject ToJson() => new()
    {
        ["r1"] = R1, ["r5"] = R5, ["r10"] = R10, ["medianRank"] = MedianRank, ["meanRank"] = MeanRank, ["queries"] = Queries, ["gallery"] = Gallery,
    };

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    /// <exception cref="DataException">A member is missing.</exception>
    public static RecallRow FromJson(JsonNode? json)
    {
        double Number(string name) =>
            json?[name]?.GetValue<double>() ?? throw new DataException($"A stored result lacks \"{name}\". Was it written by another version?");
        return new(Number("r1"), Number("r5"), Number("r10"), Number("medianRank"), Number("meanRank"), (int)Number("queries"), (int)Number("gallery"));
    }
}
