using System.Text.Json.Nodes;

namespace ITContrast.Experiments;

/// <summary>What a run cost. Processor time, since wall time tells more of what else the machine did.</summary>
/// <param name="ProcessorSeconds">Processor seconds of training and validation.</param>
/// <param name="ResidentBytes">The most memory that was resident at the end of an epoch.</param>
public sealed record RunCost(double ProcessorSeconds, long ResidentBytes)
{
    /// <summary>Reads <c>timing.jsonl</c>; null where it is missing or older than this record.</summary>
    public static RunCost? Read(string path)
    {
        if (!File.Exists(path)) return null;
        JsonNode[] lines = [.. File.ReadLines(path).Select(line => JsonNode.Parse(line)!).Where(line => line["cpuSeconds"] is not null)];
        if (lines.Length == 0) return null;
        // Seconds count from each start of the run; what a start took is its last line.
        double seconds = lines.GroupBy(line => (long)line["resumed"]!).Sum(start => (double)start.Last()["cpuSeconds"]!);
        return new(seconds, lines.Max(line => (long)line["residentBytes"]!));
    }
}
