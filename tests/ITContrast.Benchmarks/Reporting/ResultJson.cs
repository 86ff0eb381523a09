using System.Text.Json.Nodes;
using ITContrast.Benchmarks.Running;

namespace ITContrast.Benchmarks.Reporting;

/// <summary>The results as JSON: machine, comparisons, and the samples that they come from.</summary>
internal static class ResultJson
{
    /// <summary>Everything.</summary>
    public static JsonObject Of(JsonObject machine, IReadOnlyList<Outcome> outcomes) => new()
    {
        ["machine"] = machine.DeepClone(), ["rows"] = new JsonArray([.. outcomes.Select(Row)]),
    };

    private static JsonNode Row(Outcome outcome)
    {
        JsonObject row = new() { ["name"] = outcome.Row.Name, ["title"] = outcome.Row.Title, ["load"] = outcome.Load, ["difference"] = outcome.Difference };
        if (outcome.Void is { } why)
        {
            row["void"] = why;
            return row;
        }
        if (outcome.Row.Note is { } note) row["note"] = note;
        row["comparisons"] = new JsonArray([.. outcome.Comparisons.Select(comparison => Line(comparison, outcome.Of(comparison)))]);
        row["contenders"] = new JsonObject(outcome.Samples.Select(s => KeyValuePair.Create(s.Key, (JsonNode?)new JsonArray([.. s.Value.Select(Rounds)]))));
        return row;
    }

    private static JsonNode Line(Comparison comparison, Figures figures) => new JsonObject
    {
        ["compared"] = comparison.Text, ["measure"] = comparison.Measure.ToString(), ["target"] = comparison.Target,
        ["median"] = double.IsFinite(figures.Median) ? figures.Median : null, ["rounds"] = new JsonArray([.. figures.Values.Select(v => (JsonNode)v)]),
        ["unstable"] = figures.Values.Count > 0 && figures.Unstable, ["met"] = figures.Met, ["exempt"] = comparison.Exempt,
    };

    private static JsonNode? Rounds(Sample? sample) => sample is null ? null : new JsonObject
    {
        ["seconds"] = Numbers(sample.Seconds), ["allocated"] = Numbers(sample.Allocated), ["peak"] = sample.Peak, ["blas"] = sample.Blas,
    };

    private static JsonObject Numbers(IReadOnlyDictionary<string, double> values) => new(values.Select(v => KeyValuePair.Create(v.Key, (JsonNode?)v.Value)));
}
