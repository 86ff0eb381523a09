using System.Text.Json.Nodes;
using ITContrast.Charts;
using static System.FormattableString;

namespace ITContrast.Analysis;

/// <summary>What one operator made; shares are 0 to 1, NaN where it made nothing.</summary>
/// <param name="Operator">Its name.</param>
/// <param name="Made">Negatives it made.</param>
/// <param name="TooHard">Share that scores above the anchor's positive.</param>
/// <param name="Harder">Share harder than the anchor's hardest real negative.</param>
/// <param name="OutOfCap">Share whose score lies outside the range of its parents' scores.</param>
/// <param name="False">Share with a parent of the anchor's own concept; 0 where no groups are known.</param>
/// <param name="ParentCosine">Mean cosine to the nearest parent.</param>
/// <param name="Norm">Mean length before normalisation; far below 1 the parents cancel.</param>
public sealed record OperatorCheck(string Operator, int Made, double TooHard, double Harder, double OutOfCap, double False, double ParentCosine, double Norm)
{
    internal static OperatorCheck Of(string name, IReadOnlyList<Made> made)
    {
        double Share(Func<Made, bool> holds) => made.Count == 0 ? double.NaN : made.Count(holds) / (double)made.Count;
        double Mean(Func<Made, double> value) => made.Count == 0 ? double.NaN : made.Average(value);
        return new(
            name,
            made.Count,
            Share(m => m.TooHard),
            Share(m => m.Harder),
            Share(m => m.OutOfCap),
            Share(m => m.False),
            Mean(m => m.ParentCosine),
            Mean(m => m.Norm));
    }
}

/// <summary>Checks of synthesised negatives.</summary>
/// <param name="Operators">By operator.</param>
/// <param name="Batch">Pairs of the batch.</param>
/// <param name="Hardest">K, hardest negatives mixed.</param>
/// <param name="HasGroups">Whether concepts are known, so that false parents could be counted.</param>
public sealed record SyntheticNegativeReport(IReadOnlyList<OperatorCheck> Operators, int Batch, int Hardest, bool HasGroups) : IAnalysisResult
{
    /// <inheritdoc/>
    public string Name => "synthetic_negatives";

    /// <inheritdoc/>
    public string ToText()
    {
        OperatorCheck[] made = [.. Operators.Where(check => check.Made > 0)];
        if (made.Length == 0) return Invariant($"No operator could make a negative in a batch of {Batch:N0}.");
        (OperatorCheck hardest, OperatorCheck easiest, OperatorCheck shortest) = (
            made.MaxBy(check => check.TooHard)!,
            made.MinBy(check => check.Harder)!,
            made.MinBy(check => check.Norm)!);
        return Invariant(
                $"In a batch of {Batch:N0} pairs, mixing the {Hardest} hardest negatives: {hardest.Operator} goes furthest, {100 * hardest.TooHard:0.0} % of its negatives score above the positive; {easiest.Operator} makes the fewest that beat the hardest real negative, {100 * easiest.Harder:0.0} %. "
            )
            + Invariant($"Parents cancel most in {shortest.Operator}, whose mixes have a length of {shortest.Norm:0.00}.")
            + (
                HasGroups
                    ? Invariant(
                        $" With only the same image masked, up to {100 * made.Max(check => check.False):0.0} % would have a parent of the anchor's own concept."
                    )
                    : "");
    }

    /// <summary>The shares by operator, in bars that lie, so that the operators' names are read without turning the head.</summary>
    public Figure ToFigure()
    {
        // The lowest row is drawn first.
        OperatorCheck[] shown = [.. Operators.Reverse()];
        string[] names = [.. shown.Select(check => check.Operator)];
        Figure figure = new Figure(Invariant($"Synthesised negatives, batch of {Batch:N0}, {Hardest} hardest mixed"))
            .Bars(names, [.. shown.Select(check => 100 * check.TooHard)], "above the positive")
            .Bars(names, [.. shown.Select(check => 100 * check.Harder)], "above the hardest real negative")
            .Bars(names, [.. shown.Select(check => 100 * check.OutOfCap)], "outside the parents' scores");
        if (HasGroups) figure.Bars(names, [.. shown.Select(check => 100 * check.False)], "a parent of the anchor's concept");
        // Values on up to four bars an operator would overlap; they are shown on hover.
        foreach (JsonNode? trace in figure.Data)
        {
            (trace as JsonObject)!.Remove("text");
            (trace!["orientation"], trace["x"], trace["y"]) = ("h", trace["y"]!.DeepClone(), trace["x"]!.DeepClone());
        }
        (figure.Layout["barmode"], figure.Layout["height"]) = ("group", 180 + 44 * names.Length);
        return figure.Axes("share of those made, %", "");
    }

    /// <inheritdoc/>
    public JsonObject ToJson() => new()
    {
        ["batch"] = Batch, ["hardest"] = Hardest,
        ["operators"] = new JsonObject(Operators.Select(check => KeyValuePair.Create(check.Operator, (JsonNode?)new JsonObject
        {
            ["made"] = check.Made, ["too_hard"] = Number(check.TooHard), ["harder"] = Number(check.Harder), ["out_of_cap"] = Number(check.OutOfCap),
            ["false"] = Number(check.False), ["parent_cosine"] = Number(check.ParentCosine), ["norm"] = Number(check.Norm),
        }))),
    };

    // JSON has no NaN: an operator that made nothing has no shares.
    private static JsonNode? Number(double value) => double.IsFinite(value) ? value : null;
}
