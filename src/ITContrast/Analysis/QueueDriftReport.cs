using System.Text.Json.Nodes;
using ITContrast.Charts;
using static System.FormattableString;

namespace ITContrast.Analysis;

/// <summary>Keys of one age.</summary>
/// <param name="Age">Steps since they were encoded.</param>
/// <param name="Cosine">Mean cosine with the same items encoded now, −1 to 1.</param>
/// <param name="Lowest">The cosine that 5 % of the keys stay below.</param>
public sealed record KeyAge(long Age, double Cosine, double Lowest);

/// <summary>Drift by age.</summary>
/// <param name="Ages">By age, ascending.</param>
/// <param name="Items">Items in each snapshot.</param>
/// <param name="Snapshots">Snapshots.</param>
public sealed record QueueDriftReport(IReadOnlyList<KeyAge> Ages, int Items, int Snapshots) : IAnalysisResult
{
    /// <inheritdoc/>
    public string Name => "queue_drift";

    /// <inheritdoc/>
    public string ToText()
    {
        (KeyAge youngest, KeyAge oldest) = (Ages[0], Ages[^1]);
        KeyAge? stale = Ages.FirstOrDefault(age => age.Cosine < 0.9);
        return Invariant(
                $"{Items:N0} keys, encoded at {Snapshots} steps: {youngest.Age:N0} steps old they have a cosine of {youngest.Cosine:0.000} with the key of today, {oldest.Age:N0} steps old {oldest.Cosine:0.000} (5 % are below {oldest.Lowest:0.000}). "
            )
            + (
                stale is null
                    ? "No age measured falls below 0.9."
                    : Invariant($"From {stale.Age:N0} steps on it is below 0.9: a queue that long compares anchors with an encoder that no longer exists."));
    }

    /// <summary>Cosine over age.</summary>
    public Figure ToFigure()
    {
        double[] ages = [.. Ages.Select(age => (double)age.Age)];
        return new Figure(Invariant($"Drift of keys by age, {Items:N0} keys, {Snapshots} snapshots"))
            .Line(ages, [.. Ages.Select(age => age.Cosine)], "mean", markers: true)
            .Line(ages, [.. Ages.Select(age => age.Lowest)], "5 % are below", markers: true, dash: "dot")
            .Axes("age of the key, steps", "cosine with the key of today");
    }

    /// <inheritdoc/>
    public JsonObject ToJson() => new()
    {
        ["items"] = Items, ["snapshots"] = Snapshots,
        ["ages"] = new JsonArray([.. Ages.Select(age => (JsonNode)new JsonObject { ["age"] = age.Age, ["cosine"] = age.Cosine, ["p05"] = age.Lowest })]),
    };
}
