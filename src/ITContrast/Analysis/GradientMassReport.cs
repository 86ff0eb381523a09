using System.Text.Json.Nodes;
using ITContrast.Charts;
using static System.FormattableString;

namespace ITContrast.Analysis;

/// <summary>How the negatives share the gradient at one temperature; means over queries.</summary>
/// <param name="Temperature">τ.</param>
/// <param name="EffectiveNumber">1 / Σ w², from 1 to the number of negatives.</param>
/// <param name="Top1">Share of the hardest negative, 0 to 1.</param>
/// <param name="Top5">Share of the five hardest.</param>
/// <param name="Top10">Share of the ten hardest.</param>
/// <param name="Mass">InfoNCE's probability on negatives, 1 − p(positive).</param>
public sealed record NegativeShares(double Temperature, double EffectiveNumber, double Top1, double Top5, double Top10, double Mass);

/// <summary>Gradient mass of one direction.</summary>
/// <param name="Name">"caption query → images" or "image query → captions".</param>
/// <param name="Queries">Queries.</param>
/// <param name="Gallery">Items each query meets.</param>
/// <param name="ByTemperature">Shares by τ, ascending.</param>
public sealed record GradientMassDirection(string Name, int Queries, int Gallery, IReadOnlyList<NegativeShares> ByTemperature)
{
    internal string ToText()
    {
        NegativeShares cold = ByTemperature[0], warm = ByTemperature[^1];
        return Invariant(
            $"{Sentence.Start(Name)} ({Queries:N0} queries, {Gallery:N0} items): at τ = {cold.Temperature:0.###} a query learns from {cold.EffectiveNumber:0.0} effective negatives, the hardest carries {100 * cold.Top1:0.0} % of their gradient and the ten hardest {100 * cold.Top10:0.0} %; at τ = {warm.Temperature:0.###} from {warm.EffectiveNumber:0.0}, with {100 * warm.Top1:0.0} % and {100 * warm.Top10:0.0} %."
        );
    }

    internal JsonArray ToJson() => new([.. ByTemperature.Select(shares => (JsonNode)new JsonObject
    {
        ["temperature"] = shares.Temperature, ["effective_number"] = shares.EffectiveNumber, ["top1"] = shares.Top1, ["top5"] = shares.Top5,
        ["top10"] = shares.Top10, ["mass"] = shares.Mass,
    })]);
}

/// <summary>Gradient mass of both directions.</summary>
/// <param name="CaptionQuery">Captions → images.</param>
/// <param name="ImageQuery">Images → captions.</param>
public sealed record GradientMassReport(GradientMassDirection CaptionQuery, GradientMassDirection ImageQuery) : IAnalysisResult
{
    /// <inheritdoc/>
    public string Name => "gradient_mass";

    /// <inheritdoc/>
    public string ToText() => $"{CaptionQuery.ToText()} {ImageQuery.ToText()}";

    /// <summary>Effective number of negatives over the temperature, both axes logarithmic.</summary>
    public Figure ToFigure()
    {
        Figure figure = new(Invariant($"Effective number of negatives, {CaptionQuery.Queries:N0} caption queries, {ImageQuery.Queries:N0} image queries"));
        foreach (GradientMassDirection direction in (GradientMassDirection[])[CaptionQuery, ImageQuery])
            figure.Line(
                [.. direction.ByTemperature.Select(s => s.Temperature)],
                [.. direction.ByTemperature.Select(s => s.EffectiveNumber)],
                direction.Name,
                markers: true);
        figure.Axes("temperature τ", "effective negatives, 1/Σw²");
        foreach (string axis in (string[])["xaxis", "yaxis"]) figure.Layout[axis]!["type"] = "log";
        (figure.Layout["xaxis"]!["tickvals"], figure.Layout["yaxis"]!["dtick"]) = (Figure.Numbers(CaptionQuery.ByTemperature.Select(s => s.Temperature)), 1);
        return figure;
    }

    /// <inheritdoc/>
    public JsonObject ToJson() => new() { ["caption_query"] = CaptionQuery.ToJson(), ["image_query"] = ImageQuery.ToJson() };
}
