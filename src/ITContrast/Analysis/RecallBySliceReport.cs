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
    // A slice of a few queries is highest or lowest by luck.
    private const int Enough = 10;

    /// <summary>What each slice is called, in the slices' order; null where labels are quantities.</summary>
    public IReadOnlyList<string>? Names { get; init; }

    /// <inheritdoc/>
    public string Name => $"recall_by_{What.Replace(' ', '_')}";

    /// <summary>Queries of all slices.</summary>
    public int Queries => Slices.Sum(slice => slice.Queries);

    /// <inheritdoc/>
    public string ToText()
    {
        int[] all = [.. Enumerable.Range(0, Slices.Count)], large = [.. all.Where(slice => Slices[slice].Queries >= Enough)];
        int[] compared = large.Length > 1 ? large : all;
        int best = compared.MaxBy(slice => Slices[slice].R1),
            worst = compared.MinBy(slice => Slices[slice].R1),
            without = Slices.Count(slice => slice.R10 == 0);
        string Of(int slice) => Invariant($"{Called(slice)} ({Slices[slice].R1:0.0} % of {Slices[slice].Queries:N0} queries)");
        return Invariant(
            $"{Queries:N0} queries fall into {Slices.Count:N0} slices by {What}. {(compared.Length < all.Length ? Invariant($"Of the {compared.Length:N0} with {Enough} queries or more, ") : "")}R@1 is highest for {Of(best)} and lowest for {Of(worst)}; {without:N0} {(without == 1 ? "slice has" : "slices have")} no query with a hit among the first 10 of {Gallery:N0} items."
        );
    }

    /// <summary>R@1 and R@10: by label, with the queries of each on the right axis; slices without an order from the worst to the best.</summary>
    public Figure ToFigure()
    {
        string title = Invariant($"Recall by {What}, {Queries:N0} queries, {Gallery:N0} items");
        if (Names is not null) return Sorted(new(Invariant($"{title}, {Slices.Count:N0} slices")));
        double[] labels = [.. Slices.Select(slice => (double)slice.Label)];
        return new Figure(title)
            .Line(labels, [.. Slices.Select(slice => slice.R1)], "R@1", markers: true)
            .Line(labels, [.. Slices.Select(slice => slice.R10)], "R@10", markers: true)
            .Line(labels, [.. Slices.Select(slice => (double)slice.Queries)], "queries", dash: "dot", secondAxis: true)
            .Axes(What, "queries with a hit, %", "queries");
    }

    private Figure Sorted(Figure figure)
    {
        foreach (
            (string name, Func<RecallSlice, double> value) in (ReadOnlySpan<(string, Func<RecallSlice, double>)>)
                [("R@1", slice => slice.R1), ("R@10", slice => slice.R10)])
        {
            int[] order = [.. Enumerable.Range(0, Slices.Count).OrderBy(slice => value(Slices[slice]))];
            figure.Line(
                [.. order.Select((_, place) => 100.0 * (place + 1) / order.Length)],
                [.. order.Select(slice => value(Slices[slice]))],
                name,
                markers: order.Length <= 400);
            JsonNode trace = figure.Data[^1]!;
            trace["text"] = new JsonArray([
                .. order.Select(slice => (JsonNode)Invariant($"{Called(slice)}: {name} {value(Slices[slice]):0.0} %, {Slices[slice].Queries:N0} queries")),
            ]);
            (trace["hoverinfo"], trace["marker"]) = ("text", new JsonObject { ["size"] = 4 });
        }
        return figure.Axes("slices, worst first, %", "queries with a hit, %");
    }

    private string Called(int slice) => Names?[slice] ?? Invariant($"{What} {Slices[slice].Label}");

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
