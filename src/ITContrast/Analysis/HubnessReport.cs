using System.Text.Json.Nodes;
using ITContrast.Charts;
using static System.FormattableString;

namespace ITContrast.Analysis;

/// <summary>Hubness of one direction.</summary>
/// <param name="Name">"caption query → images" or "image query → captions".</param>
/// <param name="Items">What the gallery holds: "images" or "captions".</param>
/// <param name="Queries">Queries.</param>
/// <param name="Cuts">N_k by k, ascending.</param>
public sealed record HubnessDirection(string Name, string Items, int Queries, IReadOnlyList<HubCounts> Cuts)
{
    internal string ToText() => string.Join(' ', Cuts.Select(cut => Invariant(
        $"{100 * cut.NeverRetrieved:0.0} % of {cut.Counts.Length:N0} {Items} are never {(cut.K == 1 ? "first" : Invariant($"among the first {cut.K}"))} for any of {Queries:N0} queries ({100 * cut.NeverRetrievedByChance:0.0} % by chance); the largest hub is for {cut.Largest:N0} of them, and the skewness of N_{cut.K} is {cut.Skewness:0.00}."
    )));

    internal JsonObject ToJson() => new(Cuts.Select(cut => KeyValuePair.Create(Invariant($"n{cut.K}"), (JsonNode?)new JsonObject
    {
        ["skewness"] = cut.Skewness,
        ["never_retrieved"] = cut.NeverRetrieved,
        ["never_retrieved_by_chance"] = cut.NeverRetrievedByChance,
        ["largest"] = cut.Largest,
    })));
}

/// <summary>Hubness of both directions.</summary>
/// <param name="CaptionQuery">Captions → images.</param>
/// <param name="ImageQuery">Images → captions.</param>
public sealed record HubnessReport(HubnessDirection CaptionQuery, HubnessDirection ImageQuery) : IAnalysisResult
{
    private const int Points = 400;

    /// <inheritdoc/>
    public string Name => "hubness";

    /// <inheritdoc/>
    public string ToText() => $"{CaptionQuery.ToText()} {ImageQuery.ToText()}";

    /// <summary>N_k of the largest k, items from the largest hub down, as a multiple of the mean: a flat line at 1 has no hubs.</summary>
    public Figure ToFigure()
    {
        Figure figure = new Figure(Invariant($"Hubs and anti-hubs, {CaptionQuery.Queries:N0} caption queries, {ImageQuery.Queries:N0} image queries"));
        foreach (HubnessDirection direction in (HubnessDirection[])[CaptionQuery, ImageQuery])
        {
            HubCounts cut = direction.Cuts[^1];
            int[] sorted = [.. cut.Counts.OrderDescending()];
            int points = Math.Min(Points, sorted.Length);
            int[] at = [.. Enumerable.Range(0, points).Select(point => points == 1 ? 0 : (int)((long)point * (sorted.Length - 1) / (points - 1)))];
            figure.Line([.. at.Select(place => 100.0 * (place + 1) / sorted.Length)], [.. at.Select(place => sorted[place] / sorted.Average())],
                $"{direction.Name}, k = {cut.K}");
        }
        return figure.Axes("items, most retrieved first, %", "N_k as a multiple of its mean");
    }

    /// <inheritdoc/>
    public JsonObject ToJson() => new() { ["caption_query"] = CaptionQuery.ToJson(), ["image_query"] = ImageQuery.ToJson() };
}
