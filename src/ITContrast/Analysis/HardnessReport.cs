using System.Text.Json.Nodes;
using ITContrast.Charts;
using static System.FormattableString;

namespace ITContrast.Analysis;

/// <summary>Hardness of both directions.</summary>
/// <param name="CaptionQuery">Captions → images.</param>
/// <param name="ImageQuery">Images → captions.</param>
public sealed record HardnessReport(HardnessDirection CaptionQuery, HardnessDirection ImageQuery) : IAnalysisResult
{
    /// <inheritdoc/>
    public string Name => "hardness";

    /// <inheritdoc/>
    public string ToText() => $"{CaptionQuery.ToText()} {ImageQuery.ToText()}";

    /// <summary>Histograms of s_pos, s_hard and all negatives of caption queries, each in percent of its own total.</summary>
    public Figure ToFigure()
    {
        HardnessDirection shown = CaptionQuery;
        double[] centres = [.. Enumerable.Range(0, shown.Bins.Count).Select(shown.Bins.Centre)];
        return new Figure(Invariant($"Scores of caption queries, {shown.Queries:N0} queries × {shown.Gallery:N0} images"))
            .Line(centres, Percent(shown.Bins.Histogram(shown.Positive)), "positive")
            .Line(centres, Percent(shown.Bins.Histogram(shown.Hardest)), "hardest negative")
            .Line(centres, Percent(shown.Negatives), "all negatives", dash: "dot")
            .Axes("score", "share of its kind, %");
    }

    /// <inheritdoc/>
    public JsonObject ToJson() => new() { ["caption_query"] = CaptionQuery.ToJson(), ["image_query"] = ImageQuery.ToJson() };

    private static double[] Percent(long[] counts)
    {
        double total = counts.Sum();
        return [.. counts.Select(count => 100 * count / total)];
    }
}
