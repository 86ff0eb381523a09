using System.Text.Json;
using ITContrast.Evaluation.Ranking;
using ITContrast.Torch;

namespace ITContrast.Evaluation.Sharding;

/// <summary>
/// Shards as safetensors files: float64 <c>scores</c> <c>[M]</c>, int64 <c>image_query</c> and <c>caption_query</c> <c>[M, 3]</c> (greater, equal
/// before, equal), and in the metadata what they are a shard of.
/// </summary>
public static class ShardFile
{
    private const string Key = "itcontrast.shard";

    /// <summary>Writes a shard, whole or not at all.</summary>
    public static void Write(string path, ShardCounts shard)
    {
        ArgumentNullException.ThrowIfNull(shard);
        long rows = shard.Scores.Length;
        using var writer = new SafetensorsWriter(path,
            [
                new TensorInfo("scores", ElementType.Float64, rows), new TensorInfo("image_query", ElementType.Int64, rows, 3),
                new TensorInfo("caption_query", ElementType.Int64, rows, 3),
            ],
            new Dictionary<string, string> { [Key] = JsonSerializer.Serialize(shard.Identity) });
        writer.Append<double>(shard.Scores);
        writer.Append<long>(Flat(shard.ImageQuery));
        writer.Append<long>(Flat(shard.CaptionQuery));
        writer.Complete();
    }

    /// <summary>Reads a shard.</summary>
    /// <exception cref="DataException">The file is no shard.</exception>
    public static ShardCounts Read(string path)
    {
        using SafetensorsFile file = SafetensorsFile.Open(path);
        if (!file.Metadata.TryGetValue(Key, out string? text) || !file.Contains("scores") || !file.Contains("image_query") || !file.Contains("caption_query"))
            throw DataException.At(path, "", "a shard written by evaluate --shard", "another safetensors file");
        ShardIdentity identity = JsonSerializer.Deserialize<ShardIdentity>(text)
            ?? throw DataException.At(path, "metadata", "the shard's identity", "null");
        double[] scores = file["scores"].ToArray<double>();
        return new(identity, scores, Counts(path, file["image_query"], scores.Length), Counts(path, file["caption_query"], scores.Length));
    }

    private static long[] Flat(PairCount[] counts) => [.. counts.SelectMany(count => (long[])[count.Greater, count.EqualBefore, count.Equal])];

    private static PairCount[] Counts(string path, TensorView view, int rows)
    {
        if (view.Count != 3L * rows) throw DataException.At(path, view.Name, $"[{rows}, 3]", $"[{string.Join(", ", view.Shape)}]");
        long[] values = view.ToArray<long>();
        return [.. Enumerable.Range(0, rows).Select(row =>
            new PairCount((int)values[3 * row], (int)values[3 * row + 1], (int)values[3 * row + 2]))];
    }
}
