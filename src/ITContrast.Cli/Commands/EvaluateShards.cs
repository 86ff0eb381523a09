using ITContrast.Evaluation;
using ITContrast.Evaluation.Sharding;

namespace ITContrast.Cli.Commands;

/// <summary><c>itc evaluate --shard</c> and <c>--merge</c>.</summary>
internal static class EvaluateShards
{
    public static int Write(
        string shard, string? output, EmbeddingFile images, EmbeddingFile captions, int[] imageOf, RetrievalOptions options, JudgedSet[] judged)
    {
        (int i, int n) = ShardNumber.Parse(shard);
        if (output is null) throw new UserError("--shard needs --out FILE to write to.");
        ShardFile.Write(output, ShardCounts.Compute(images, captions, imageOf, i, n, options, judged));
        Console.WriteLine($"shard {i} of {n}: {output}");
        return 0;
    }

    public static (ProtocolReport Report, int[] ImageOf, IReadOnlyDictionary<string, ExtendedReport> Judged) Merge(string[] paths, string? imageOf)
    {
        ShardCounts[] shards = [.. paths.Select(ShardFile.Read)];
        ShardIdentity identity = shards[0].Identity;
        int[] rows = FileEvaluation.ImageOf(imageOf, identity.ImageRows, identity.CaptionRows);
        return (Protocols.Whole(ShardMerge.Merge(shards, rows)), rows, ShardMerge.MergeJudged(shards, rows));
    }
}
