using ITContrast.Evaluation;
using static System.FormattableString;

namespace ITContrast.Charts;

/// <summary>Recall@K as bars and as curves, both directions.</summary>
public static class RecallChart
{
    /// <summary>R@1, R@5 and R@10 as bars, captions → images and images → captions, with chance beside them.</summary>
    /// <param name="report">The report.</param>
    /// <param name="title">The figure's title; one with the numbers of queries where null.</param>
    public static Figure Bars(RetrievalReport report, string? title = null)
    {
        string[] labels = ["R@1", "R@5", "R@10"];
        int[] cuts = [1, 5, 10];
        Figure figure = new Figure(title ?? Title("Recall@K", report))
            .Bars(labels, [.. cuts.Select(report.CaptionQuery.Recall)], "caption query → images")
            .Bars(labels, [.. cuts.Select(report.ImageQuery.Recall)], "image query → captions")
            .Bars(labels, [.. cuts.Select(k => Chance(report.CaptionQuery, k))], "chance, caption query")
            .Axes("", "queries with a hit, %");
        figure.Data[2]!["marker"] = new System.Text.Json.Nodes.JsonObject { ["color"] = Palette.Reference };
        figure.Layout["barmode"] = "group";
        return figure;
    }

    /// <summary>R@K for every K up to <paramref name="largest"/>, both directions.</summary>
    /// <param name="report">The report.</param>
    /// <param name="largest">The largest K, at least 1.</param>
    /// <param name="title">The figure's title; one with the numbers of queries where null.</param>
    public static Figure Curve(RetrievalReport report, int largest = 50, string? title = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(largest, 1);
        double[] cuts = [.. Enumerable.Range(1, largest).Select(k => (double)k)];
        return new Figure(title ?? Title("Recall@K by K", report))
            .Line(cuts, [.. cuts.Select(k => report.CaptionQuery.Recall((int)k))], "caption query → images")
            .Line(cuts, [.. cuts.Select(k => report.ImageQuery.Recall((int)k))], "image query → captions")
            .Line(cuts, [.. cuts.Select(k => Chance(report.CaptionQuery, (int)k))], "chance, caption query", dash: "dot")
            .Axes("K", "queries with a hit, %");
    }

    private static string Title(string what, RetrievalReport report) =>
        Invariant($"{what}: {report.CaptionQuery.Queries:N0} caption queries, {report.ImageQuery.Queries:N0} image queries");

    private static double Chance(DirectionReport direction, int k) => 100.0 * Math.Min(k, direction.Gallery) / direction.Gallery;
}
