using System.Text.Json.Nodes;
using ITContrast.Evaluation;

namespace ITContrast.Cli.Commands;

/// <summary>The extended judgements that <c>itc evaluate</c> was given, as named sets of rows.</summary>
internal static class EvaluateJudged
{
    public static IEnumerable<JudgedSet> Sets(string? concepts, JudgementFiles? files, int[] imageOf, int images)
    {
        if (concepts is not null)
        {
            long[] ofImages = FileEvaluation.Integers(concepts, images, "one concept an image"), ofCaptions = [.. imageOf.Select(image => ofImages[image])];
            yield return new("concepts.image_query", true, Judgements.ByGroup(ofImages, ofCaptions));
            yield return new("concepts.caption_query", false, Judgements.ByGroup(ofCaptions, ofImages));
        }
        if (files is null) yield break;
        long[] imageIds = FileEvaluation.Integers(files.ImageIds!, images, "one id an image");
        long[] captionIds = FileEvaluation.Integers(files.CaptionIds!, imageOf.Length, "one id a caption");
        foreach (var (name, imageQuery, judged) in files.Sets())
            yield return new(name, imageQuery, imageQuery ? judged.ToRows(imageIds, captionIds) : judged.ToRows(captionIds, imageIds));
    }

    public static JsonObject Json(IEnumerable<KeyValuePair<string, ExtendedReport>> reports) =>
        new(reports.Select(report => KeyValuePair.Create(report.Key, (JsonNode?)ReportJson.Of(report.Value))));
}
