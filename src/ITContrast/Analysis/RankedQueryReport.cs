using System.Text.Json.Nodes;
using ITContrast.Charts;
using static System.FormattableString;

namespace ITContrast.Analysis;

/// <summary>An item that a query retrieves.</summary>
/// <param name="Item">Its row in the gallery.</param>
/// <param name="Score">Its score with the query.</param>
/// <param name="Positive">Whether it is a right answer.</param>
/// <param name="Sibling">Whether it is another image's item of the query's concept.</param>
public readonly record struct RankedItem(int Item, double Score, bool Positive, bool Sibling);

/// <summary>A query and what it retrieves.</summary>
/// <param name="Query">Its row.</param>
/// <param name="Rank">0-based rank of its best positive.</param>
/// <param name="Wrongness">Score of the hardest negative minus that of the best positive; −∞ where everything else is of its concept.</param>
/// <param name="Wanted">The best positive.</param>
/// <param name="Items">The items that come first, best first.</param>
public sealed record RankedQuery(int Query, int Rank, double Wrongness, RankedItem Wanted, IReadOnlyList<RankedItem> Items);

/// <summary>The queries of one direction.</summary>
/// <param name="Name">"caption query → images" or "image query → captions".</param>
/// <param name="Count">Queries in all.</param>
/// <param name="Gallery">Items each ranks.</param>
/// <param name="First">Share with a positive first, 0 to 1.</param>
/// <param name="Wrong">Share with a negative above every positive, 0 to 1.</param>
/// <param name="Queries">The most wrong ones, most wrong first.</param>
public sealed record RankedDirection(string Name, int Count, int Gallery, double First, double Wrong, IReadOnlyList<RankedQuery> Queries)
{
    internal string ToText() =>
        Invariant(
            $"{Sentence.Start(Name)}: {100 * First:0.0} % of {Count:N0} queries have a right item first among {Gallery:N0}, {100 * Wrong:0.0} % prefer a wrong one; the most wrong, query {Queries[0].Query:N0}, by {Queries[0].Wrongness:0.00}, with its right item at rank {Queries[0].Rank + 1:N0}."
        );

    internal JsonObject ToJson() => new()
    {
        ["queries"] = Count, ["gallery"] = Gallery, ["first"] = First, ["wrong"] = Wrong,
        ["most_wrong"] = new JsonArray([
            .. Queries
                .Take(20)
                .Select(query =>
                    (JsonNode)
                        new JsonObject
                        {
                            ["query"] = query.Query,
                            ["rank"] = query.Rank,
                            ["wrongness"] = double.IsFinite(query.Wrongness) ? query.Wrongness : null,
                        }),
        ]),
    };
}

/// <summary>Queries of both directions by how wrong they are. <see cref="BrowserPage"/> shows them with pictures.</summary>
/// <param name="CaptionQuery">Captions → images.</param>
/// <param name="ImageQuery">Images → captions.</param>
public sealed record RankedQueryReport(RankedDirection CaptionQuery, RankedDirection ImageQuery) : IAnalysisResult
{
    /// <inheritdoc/>
    public string Name => "ranked_queries";

    /// <inheritdoc/>
    public string ToText() => $"{CaptionQuery.ToText()} {ImageQuery.ToText()}";

    /// <summary>How wrong the queries are, the most wrong first.</summary>
    public Figure ToFigure()
    {
        Figure figure = new(
            Invariant($"Score of the hardest negative − best positive, {CaptionQuery.Count:N0} caption queries, {ImageQuery.Count:N0} image queries"));
        foreach (RankedDirection direction in (RankedDirection[])[CaptionQuery, ImageQuery])
            figure.Line(
                [.. direction.Queries.Select((_, place) => 100.0 * (place + 1) / direction.Count)],
                [.. direction.Queries.Select(query => query.Wrongness)],
                direction.Queries.Count == direction.Count ? direction.Name : Invariant($"{direction.Name}, the {direction.Queries.Count:N0} most wrong"));
        return figure.Axes("queries, most wrong first, %", "negative − positive");
    }

    /// <inheritdoc/>
    public JsonObject ToJson() => new() { ["caption_query"] = CaptionQuery.ToJson(), ["image_query"] = ImageQuery.ToJson() };
}
