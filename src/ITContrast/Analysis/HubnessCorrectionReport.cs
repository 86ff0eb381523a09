using System.Text.Json.Nodes;
using ITContrast.Charts;
using static System.FormattableString;

namespace ITContrast.Analysis;

/// <summary>Hubness under one correction.</summary>
/// <param name="Correction">Its name; "none" for plain scores.</param>
/// <param name="Skewness">S_k.</param>
/// <param name="NeverRetrieved">Share of items in no query's top k, 0 to 1.</param>
/// <param name="Largest">The largest N_k.</param>
/// <param name="R1">R@1 of caption queries, percent; equal scores count for the lower row, as in the evaluator.</param>
public sealed record CorrectedHubness(string Correction, double Skewness, double NeverRetrieved, int Largest, double R1);

/// <summary>Hubness before and after corrections.</summary>
/// <param name="K">k of N_k.</param>
/// <param name="Queries">Caption queries.</param>
/// <param name="Items">Images.</param>
/// <param name="Rows">Plain scores first.</param>
public sealed record HubnessCorrectionReport(int K, int Queries, int Items, IReadOnlyList<CorrectedHubness> Rows) : IAnalysisResult
{
    /// <inheritdoc/>
    public string Name => "hubness_corrections";

    /// <inheritdoc/>
    public string ToText()
    {
        CorrectedHubness plain = Rows[0], flattest = Rows.Skip(1).MinBy(row => Math.Abs(row.Skewness))!, best = Rows.Skip(1).MaxBy(row => row.R1)!;
        return Invariant(
                $"Without correction the skewness of N_{K} is {plain.Skewness:0.00} over {Items:N0} images and {Queries:N0} captions, {100 * plain.NeverRetrieved:0.0} % of images are never retrieved, and R@1 is {plain.R1:0.0} %. "
            )
            + Invariant(
                $"Of the corrections, {flattest.Correction} flattens most, to {flattest.Skewness:0.00} with {100 * flattest.NeverRetrieved:0.0} % never retrieved; {best.Correction} has the best R@1, {best.R1:0.0} %. "
            )
            + "Every correction here learned from the test captions (transductive), so its recall compares only with its like.";
    }

    /// <summary>Skewness as bars, R@1 as points on the right axis.</summary>
    public Figure ToFigure()
    {
        string[] names = [.. Rows.Select(row => row.Correction)];
        Figure figure = new Figure(Invariant($"Hubness before and after corrections, {Queries:N0} captions × {Items:N0} images"))
            .Bars(names, [.. Rows.Select(row => row.Skewness)], Invariant($"skewness of N_{K}"))
            .Bars(names, [.. Rows.Select(row => row.R1)], "R@1, captions → images");
        (figure.Data[1]!["type"], figure.Data[1]!["mode"], figure.Data[1]!["yaxis"]) = ("scatter", "markers", "y2");
        (figure.Data[1] as JsonObject)!.Remove("textposition");
        figure.Data[1]!["marker"] = new JsonObject { ["size"] = 12, ["symbol"] = "diamond" };
        figure.Axes("", Invariant($"skewness of N_{K}"), "R@1, %");
        (figure.Layout["yaxis2"]!["rangemode"], figure.Layout["legend"]) = ("tozero", new JsonObject { ["orientation"] = "h", ["y"] = -0.25 });
        return figure;
    }

    /// <inheritdoc/>
    public JsonObject ToJson() => new(Rows.Select(row => KeyValuePair.Create(row.Correction, (JsonNode?)new JsonObject
    {
        ["skewness"] = row.Skewness, ["never_retrieved"] = row.NeverRetrieved, ["largest"] = row.Largest, ["r1"] = row.R1,
    })));
}
