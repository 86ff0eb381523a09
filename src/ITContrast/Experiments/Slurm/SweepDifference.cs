using System.Text.Json.Nodes;

namespace ITContrast.Experiments.Slurm;

/// <summary>Says where two configurations part.</summary>
internal static class SweepDifference
{
    /// <summary>The first member, in the first one's order, that differs; null where none does.</summary>
    public static string? First(JsonNode? then, JsonNode? now, string path = "")
    {
        if (JsonNode.DeepEquals(then, now)) return null;
        if (then is JsonObject a && now is JsonObject b)
            return a.Select(m => m.Key)
                .Union(b.Select(m => m.Key))
                .Select(key => First(a[key], b[key], path.Length == 0 ? key : $"{path}.{key}"))
                .First(found => found is not null);
        return $"{path} was {then?.ToJsonString() ?? "absent"} and is {now?.ToJsonString() ?? "absent"} now";
    }
}
