using System.Text.Json.Nodes;
using ITContrast.Data;
using ITContrast.Evaluation.Statistics;

namespace ITContrast.Experiments;

/// <summary>Two runs side by side: what differs in their configurations, and every metric's difference with its paired interval.</summary>
/// <param name="Options">Configuration members that differ: name, value of A, value of B.</param>
/// <param name="Differences">A − B on every metric.</param>
public sealed record RunComparison(IReadOnlyList<(string Name, string A, string B)> Options, IReadOnlyList<PairedDifference> Differences)
{
    /// <summary>Compares two finished runs on the same test set.</summary>
    /// <exception cref="DataException">A run is not finished, or their test sets differ.</exception>
    public static RunComparison Of(RunResult a, RunResult b)
    {
        using PairDataset dataset = LightRun.OpenData(a.Config);
        PairSplit test = dataset.Split("test");
        int[] groupOf = Groups(dataset, test);
        RetrievalSample Sample(RunResult run)
        {
            StoredRanks ranks = run.TestRanks();
            if (ranks.ImageQuery.Length != test.ImageRows.Length || ranks.CaptionQuery.Length != test.CaptionRows.Length)
                throw new DataException(
                    $"{run.Folder.Name} was tested on {ranks.ImageQuery.Length} images and {ranks.CaptionQuery.Length} captions, {a.Folder.Name}'s test set has {test.ImageRows.Length} and {test.CaptionRows.Length}. Compare runs on the same data."
                );
            return new(ranks.ImageQuery, ranks.CaptionQuery, test.ImageOf, groupOf);
        }
        return new(Differing("", a.Config.ToJson(), b.Config.ToJson()).ToList(), PairedComparison.Compare([Sample(a)], [Sample(b)]));
    }

    /// <summary>The concept of each test image, numbered from 0: what intervals resample.</summary>
    internal static int[] Groups(PairDataset dataset, PairSplit split)
    {
        var numbers = split.ImageRows.Select(dataset.Group).Distinct().Select((group, i) => (group, i)).ToDictionary(p => p.group, p => p.i);
        return [.. split.ImageRows.Select(row => numbers[dataset.Group(row)])];
    }

    private static IEnumerable<(string, string, string)> Differing(string path, JsonNode? a, JsonNode? b)
    {
        if (a is JsonObject left && b is JsonObject right)
            return left.Select(p => p.Key)
                .Union(right.Select(p => p.Key))
                .SelectMany(name => Differing(path.Length == 0 ? name : $"{path}.{name}", left[name], right[name]));
        return JsonNode.DeepEquals(a, b) ? [] : [(path, a?.ToJsonString() ?? "none", b?.ToJsonString() ?? "none")];
    }
}
