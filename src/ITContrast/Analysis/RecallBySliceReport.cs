using System.Text.Json.Nodes;
using ITContrast.Charts;
using static System.FormattableString;

namespace ITContrast.Analysis;

/// <summary>Recall of one label's queries, percent.</summary>
/// <param name="Label">The label.</param>
/// <param name="Queries">Its queries.</param>
/// <param name="R1">R@1.</param>
/// <param name="R5">R@5.</param>
/// <param name="R10">R@10.</param>
public sealed record RecallSlice(long Label, int Queries, double R1, double R5, double R10);

/// <summary>Recall by label.</summary>
/// <param name="What">What a label is: "words", "group".</param>
/// <param name="Gallery">Items each query meets.</param>
/// <param name="Slices">By label, ascending.</param>
public sealed record RecallBySliceReport(string What, int Gallery, IReadOnlyList<RecallSlice> Slices) : IAnalysisResult
{
    /// <inheritdoc/>
    public string Name => $"recall_by_{What.Replace(' ', '_')}";

    /// <summary>Queries of all slices.</summary>
    public int Queries => Slices.Sum(slice => slice.Queries);

    /// <inheritdoc/>
    public string ToText()
    {
        RecallSlice best = Slices.MaxBy(slice => slice.R1)!, worst = Slices.MinBy(slice => slice.R1)!;
        int without = Slices.Count(slice => slice.R10 == 0);
        return Invariant($"{Queries:N0} queries fall into {Slices.Count:N0} slices by {What}. R@1 is highest for {What} {best.Label} ({best.R1:0.0} % of {best.Queries:N0} queries) and lowest for {What} {worst.Label} ({worst.R1:0.0} % of {worst.Queries:N0}); {without:N0} slices have no query with a hit among the first 10 of {Gallery:N0} items.");
    }

    /// <summary>R@1 and R@10 by label, with the queries of each on the right axis.</summary>
    public Figure ToFigure()
    {
        double[] labels = [.. Slices.Select(slice => (double)slice.Label)];
        Figure figure = new Figure(Invariant($"Recall by {What}, {Queries:N0} queries, {Gallery:N0} items"))
            .Line(labels, [.. Slices.Select(slice => slice.R1)], "R@1", markers: true)
            .Line(labels, [.. Slices.Select(slice => slice.R10)], "R@10", markers: true)
            .Line(labels, [.. Slices.Select(slice => (double)slice.Queries)], "queries", dash: "dot", secondAxis: true)
            .Axes(What, "queries with a hit, %", "queries");
        // Below the chart, because the right axis stands where the legend would.
        figure.Layout["legend"] = new JsonObject { ["orientation"] = "h", ["y"] = -0.25 };
        return figure;
    }

    /// <inheritdoc/>
    public JsonObject ToJson() => new()
    {
        ["queries"] = Queries, ["gallery"] = Gallery,
        ["slices"] = new JsonArray([.. Slices.Select(slice => (JsonNode)new JsonObject
        {
            ["label"] = slice.Label, ["queries"] = slice.Queries, ["r1"] = slice.R1, ["r5"] = slice.R5, ["r10"] = slice.R10,
        })]),
    };
}
