using System.Text.Json.Nodes;
using ITContrast.Charts;
using static System.FormattableString;

namespace ITContrast.Analysis;

/// <summary>The share of false negatives among the hardest.</summary>
/// <param name="K">How many of the hardest.</param>
/// <param name="Share">0 to 1.</param>
public sealed record FalseNegativeShare(int K, double Share);

/// <summary>False negatives of one direction.</summary>
/// <param name="Name">"caption query → images" or "image query → captions".</param>
/// <param name="Queries">Queries.</param>
/// <param name="Gallery">Items each query meets.</param>
/// <param name="Base">The share among all items of other images, 0 to 1: what a random draw gives.</param>
/// <param name="Hardest">The shares by k, ascending.</param>
public sealed record FalseNegativeDirection(string Name, int Queries, int Gallery, double Base, IReadOnlyList<FalseNegativeShare> Hardest)
{
    /// <summary>Why an item counts, as the text says it: "are of the query's own group", or "are right by the judgements".</summary>
    public string Basis { get; init; } = "are of the query's own group";

    internal string ToText() => Invariant($"{Sentence.Start(Name)} ({Queries:N0} queries, {Gallery:N0} items): ")
        + string.Join(", ", Hardest.Select(cut => Invariant($"{100 * cut.Share:0.0} % of the {(cut.K == 1 ? "hardest" : Invariant($"{cut.K} hardest"))}")))
        + Invariant($" items of other images {Basis}, against {100 * Base:0.00} % of all.");

    internal JsonObject ToJson() =>
        new(Hardest.Select(cut => KeyValuePair.Create(Invariant($"fn{cut.K}"), (JsonNode?)cut.Share)).Append(KeyValuePair.Create("base", (JsonNode?)Base)));
}

/// <summary>False negatives of both directions.</summary>
/// <param name="CaptionQuery">Captions → images.</param>
/// <param name="ImageQuery">Images → captions.</param>
public sealed record FalseNegativeReport(FalseNegativeDirection CaptionQuery, FalseNegativeDirection ImageQuery) : IAnalysisResult
{
    /// <summary>Whose judgements said what is right: "eccv", "cxc"; null where groups did.</summary>
    public string? Judges { get; init; }

    /// <inheritdoc/>
    public string Name => Judges is null ? "false_negatives" : $"false_negatives_{Judges}";

    /// <inheritdoc/>
    public string ToText() => $"{CaptionQuery.ToText()} {ImageQuery.ToText()}";

    /// <summary>The shares by k as bars, the base share last.</summary>
    public Figure ToFigure()
    {
        Figure figure = new(Invariant($"False negatives among the hardest, {CaptionQuery.Queries:N0} caption queries, {ImageQuery.Queries:N0} image queries"));
        foreach (FalseNegativeDirection direction in (FalseNegativeDirection[])[CaptionQuery, ImageQuery])
            figure.Bars(
                [.. direction.Hardest.Select(cut => Invariant($"{cut.K} hardest")), "all"],
                [.. direction.Hardest.Select(cut => 100 * cut.Share), 100 * direction.Base],
                direction.Name);
        figure.Layout["barmode"] = "group";
        figure.Axes("", "false negatives, %");
        // Where there is none, the axis must not go below nothing.
        figure.Layout["yaxis"]!["rangemode"] = "tozero";
        return figure;
    }

    /// <inheritdoc/>
    public JsonObject ToJson() => new() { ["caption_query"] = CaptionQuery.ToJson(), ["image_query"] = ImageQuery.ToJson() };
}
