using System.Text.Json;
using System.Text.Json.Nodes;
using ITContrast.Evaluation.Statistics;

namespace ITContrast.Evaluation;

/// <summary>
/// Reports as JSON with stable names: <c>protocol, folds, rsum, image_query.{queries, gallery, r1, r5, r10, medr, meanr, tied_queries, expected_r1, …}</c>,
/// <c>caption_query.{…}</c>. Percentages are 0 to 100, shares 0 to 1, ranks from 1.
/// </summary>
public static class ReportJson
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>A protocol's report, its folds' rsums included.</summary>
    public static JsonObject Of(ProtocolReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        return new()
        {
            ["protocol"] = Protocols.Name(report.Protocol),
            ["folds"] = report.Folds.Count,
            ["image_query"] = Direction(report.ImageQuery),
            ["caption_query"] = Direction(report.CaptionQuery),
            ["rsum"] = report.RSum,
            ["mean_recall"] = report.RSum / 6,
            ["fold_rsum"] = new JsonArray([.. report.Folds.Select(fold => (JsonNode)fold.RSum)]),
            ["precision"] = report.Folds[0].Precision.ToString().ToLowerInvariant(),
        };
    }

    /// <summary>Metrics over extended judgements, one direction.</summary>
    public static JsonObject Of(ExtendedReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        return new()
        {
            ["queries"] = report.JudgedQueries.Length,
            ["gallery"] = report.Gallery,
            ["mean_positives"] = report.MeanPositives,
            ["map_at_r"] = report.MapAtR,
            ["r_precision"] = report.RPrecision,
            ["r1"] = report.R1,
            ["r5"] = report.Recall(5),
            ["r10"] = report.Recall(10),
        };
    }

    /// <summary>Intervals by the metric's name: <c>{value, low, high, standard_error}</c>.</summary>
    public static JsonObject Of(IReadOnlyList<MetricInterval> intervals)
    {
        ArgumentNullException.ThrowIfNull(intervals);
        return new(intervals.Select(interval => KeyValuePair.Create(interval.Metric, (JsonNode?)new JsonObject
        {
            ["value"] = interval.Value, ["low"] = interval.Low, ["high"] = interval.High, ["standard_error"] = interval.StandardError,
        })));
    }

    /// <summary>The indented text.</summary>
    public static string Text(JsonObject report)
    {
        ArgumentNullException.ThrowIfNull(report);
        return report.ToJsonString(Indented);
    }

    private static JsonObject Direction(DirectionSummary direction) => new()
    {
        ["queries"] = direction.Queries,
        ["gallery"] = direction.Gallery,
        ["r1"] = direction.R1,
        ["r5"] = direction.R5,
        ["r10"] = direction.R10,
        ["medr"] = direction.MedianRank,
        ["meanr"] = direction.MeanRank,
        ["tied_queries"] = direction.TiedQueries,
        ["tie_warning"] = direction.TieWarning,
        ["expected_r1"] = direction.ExpectedR1,
        ["expected_r5"] = direction.ExpectedR5,
        ["expected_r10"] = direction.ExpectedR10,
    };
}
