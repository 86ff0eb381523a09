using System.Text.Json;
using ITContrast.Evaluation.Ranking;
using ITContrast.Torch;

namespace ITContrast.Evaluation.Sharding;

/// <summary>
/// Shards as safetensors files: float64 <c>scores</c> <c>[M]</c>, int64 <c>image_query</c> and <c>caption_query</c> <c>[M, 3]</c> (greater, equal
/// before, equal), and in the metadata what they are a shard of. For each set of extended judgements NAME: <c>NAME.queries</c>, <c>NAME.pairs</c> (place among
/// the queries, gallery row), <c>NAME.scores</c> and <c>NAME.counts</c>.
/// </summary>
public static class ShardFile
{
    private const string Key = "itcontrast.shard", JudgedKey = "itcontrast.judged";

    /// <summary>Writes a shard, whole or not at all.</summary>
    public static void Write(string path, ShardCounts shard)
    {
        ArgumentNullException.ThrowIfNull(shard);
        long rows = shard.Scores.Length;
        List<TensorInfo> tensors =
        [
            new("scores", ElementType.Float64, rows), new("image_query", ElementType.Int64, rows, 3), new("caption_query", ElementType.Int64, rows, 3),
        ];
        foreach (JudgedCounts set in shard.Judged)
        {
            tensors.Add(new($"{set.Name}.queries", ElementType.Int64, set.Queries.Length));
            tensors.Add(new($"{set.Name}.pairs", ElementType.Int64, set.Pairs.Length, 2));
            tensors.Add(new($"{set.Name}.scores", ElementType.Float64, set.Pairs.Length));
            tensors.Add(new($"{set.Name}.counts", ElementType.Int64, set.Pairs.Length, 3));
        }
        using var writer = new SafetensorsWriter(path, tensors, new Dictionary<string, string>
        {
            [Key] = JsonSerializer.Serialize(shard.Identity),
            [JudgedKey] = JsonSerializer.Serialize(shard.Judged.ToDictionary(set => set.Name, set => set.ImageQuery)),
        });
        writer.Append<double>(shard.Scores);
        writer.Append<long>(Flat(shard.ImageQuery));
        writer.Append<long>(Flat(shard.CaptionQuery));
        foreach (JudgedCounts set in shard.Judged)
        {
            writer.Append<long>([.. set.Queries.Select(query => (long)query)]);
            writer.Append<long>([.. set.Pairs.SelectMany(pair => (long[])[pair.Query, pair.Item])]);
            writer.Append<double>([.. set.Pairs.Select(pair => pair.Score)]);
            writer.Append<long>(Flat(set.Counts));
        }
        writer.Complete();
    }

    /// <summary>Reads a shard.</summary>
    /// <exception cref="DataException">The file is no shard.</exception>
    public static ShardCounts Read(string path)
    {
        using SafetensorsFile file = SafetensorsFile.Open(path);
        if (!file.Metadata.TryGetValue(Key, out string? text) || !file.Metadata.TryGetValue(JudgedKey, out string? judged))
            throw DataException.At(path, "", "a shard written by evaluate --shard", "another safetensors file");
        try
        {
            ShardIdentity identity = JsonSerializer.Deserialize<ShardIdentity>(text) ?? throw new JsonException("null");
            double[] scores = file["scores"].ToArray<double>();
            return new(identity, scores, Counts(path, file["image_query"], scores.Length), Counts(path, file["caption_query"], scores.Length),
                [.. (JsonSerializer.Deserialize<Dictionary<string, bool>>(judged) ?? []).Select(set => Judged(path, file, set.Key, set.Value))]);
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new DataException($"{path}: no whole shard: {error.Message}", error);
        }
    }

    private static JudgedCounts Judged(string path, SafetensorsFile file, string name, bool imageQuery)
    {
        double[] scores = file[$"{name}.scores"].ToArray<double>();
        long[] pairs = file[$"{name}.pairs"].ToArray<long>();
        if (pairs.Length != 2L * scores.Length) throw DataException.At(path, $"{name}.pairs", $"[{scores.Length}, 2]", $"{pairs.Length} values");
        return new(name, imageQuery, [.. file[$"{name}.queries"].ToArray<long>().Select(query => (int)query)],
            [.. scores.Select((score, pair) => new PositivePair((int)pairs[2 * pair], (int)pairs[2 * pair + 1], score))],
            Counts(path, file[$"{name}.counts"], scores.Length));
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
