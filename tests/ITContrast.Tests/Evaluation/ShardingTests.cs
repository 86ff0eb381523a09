using ITContrast.Evaluation;
using ITContrast.Evaluation.Sharding;
using ITContrast.Tests.Evaluation.Ranking;
using ITContrast.Torch;

namespace ITContrast.Tests.Evaluation;

public sealed class ShardingTests : IDisposable
{
    private const int Images = 61, Each = 3, Width = 20;

    private readonly string folder = Directory.CreateTempSubdirectory("itc-shards-").FullName;

    private EmbeddingFile Embeddings(string name, int rows, int seed, int levels)
    {
        string path = Path.Combine(folder, name);
        NpyFile.Write(path, Samples.Values(rows, Width, seed, levels), rows, Width);
        return EmbeddingFile.Open(path);
    }

    private static int[] ImageOf => [.. Enumerable.Range(0, Images * Each).Select(caption => caption / Each)];

    [Theory, InlineData(1, 0), InlineData(2, 0), InlineData(3, 1), InlineData(7, 2)]
    public void Merged_shards_give_the_report_of_one_machine(int shards, int levels)
    {
        using EmbeddingFile images = Embeddings("x.npy", Images, 1, levels), captions = Embeddings("y.npy", Images * Each, 2, levels);
        RetrievalReport whole = FileEvaluation.Evaluate(images, captions, ImageOf, RetrievalProtocol.Whole).Folds[0];
        string[] paths = [.. Enumerable.Range(0, shards).Select(shard => Path.Combine(folder, $"shard-{shard}.safetensors"))];
        for (int shard = 0; shard < shards; shard++)
            ShardFile.Write(paths[shard], ShardCounts.Compute(images, captions, ImageOf, shard, shards, new() { TileColumns = 16, Threads = 1 + shard % 2 }));
        RetrievalReport merged = ShardMerge.Merge([.. paths.Reverse().Select(ShardFile.Read)], ImageOf);
        Assert.Equal(whole.ImageQuery.Ranks, merged.ImageQuery.Ranks);
        Assert.Equal(whole.CaptionQuery.Ranks, merged.CaptionQuery.Ranks);
        Assert.Equal(whole.ImageQuery.TiedQueries, merged.ImageQuery.TiedQueries);
        foreach (int k in (int[])[1, 5, 10])
        {
            Assert.Equal(whole.ImageQuery.ExpectedRecall(k), merged.ImageQuery.ExpectedRecall(k));
            Assert.Equal(whole.CaptionQuery.ExpectedRecall(k), merged.CaptionQuery.ExpectedRecall(k));
        }
    }

    [Theory, InlineData(2, 0, ScorePrecision.BFloat16), InlineData(3, 1, ScorePrecision.Single), InlineData(5, 2, ScorePrecision.Defined)]
    public void Merged_shards_give_the_extended_metrics_of_one_machine(int shards, int levels, ScorePrecision precision)
    {
        using EmbeddingFile images = Embeddings("x.npy", Images, 1, levels), captions = Embeddings("y.npy", Images * Each, 2, levels);
        long[] ofImages = [.. Enumerable.Range(0, Images).Select(image => (long)(image * 7 % 11))], ofCaptions = [.. ImageOf.Select(image => ofImages[image])];
        int[][] some = Judgements.ByGroup(ofCaptions, ofImages);
        for (int caption = 0; caption < some.Length; caption += 2) some[caption] = [];
        JudgedSet[] judged = [new("concepts.image_query", true, Judgements.ByGroup(ofImages, ofCaptions)), new("some.caption_query", false, some)];
        string[] paths = [.. Enumerable.Range(0, shards).Select(shard => Path.Combine(folder, $"judged-{shard}.safetensors"))];
        for (int shard = 0; shard < shards; shard++)
            ShardFile.Write(
                paths[shard], ShardCounts.Compute(images, captions, ImageOf, shard, shards, new() { Precision = precision, TileColumns = 16 }, judged));
        var merged = ShardMerge.MergeJudged([.. paths.Reverse().Select(ShardFile.Read)], ImageOf);
        Assert.Equal(judged.Select(set => set.Name), merged.Keys);
        foreach (JudgedSet set in judged)
        {
            ExtendedReport whole = FileEvaluation.Evaluate(images, captions, set), part = merged[set.Name];
            Assert.Equal(whole.JudgedQueries, part.JudgedQueries);
            Assert.Equal(whole.Ranks, part.Ranks);
            Assert.Equal((whole.MapAtR, whole.RPrecision, whole.R1, whole.Gallery), (part.MapAtR, part.RPrecision, part.R1, part.Gallery));
        }
    }

    [Fact]
    public void Shards_of_different_judgements_refuse_to_merge()
    {
        using EmbeddingFile images = Embeddings("x.npy", Images, 1, 0), captions = Embeddings("y.npy", Images * Each, 2, 0);
        JudgedSet One(int positive) => new("one", false, [.. ImageOf.Select((_, caption) => caption == 0 ? new[] { positive } : [])]);
        ShardCounts first = ShardCounts.Compute(images, captions, ImageOf, 0, 2, null, [One(3)]);
        foreach (JudgedSet[] other in (JudgedSet[][])[[], [One(4)], [One(3) with { Name = "two" }]])
            Assert.Contains("different judgements", Refusal([first, ShardCounts.Compute(images, captions, ImageOf, 1, 2, null, other)], ImageOf));
        Assert.Empty(ShardMerge.MergeJudged([ShardCounts.Compute(images, captions, ImageOf, 0, 1)], ImageOf));
    }

    [Fact]
    public void Shards_that_do_not_belong_together_refuse_to_merge()
    {
        using EmbeddingFile images = Embeddings("x.npy", Images, 1, 0),
            captions = Embeddings("y.npy", Images * Each, 2, 0),
            others = Embeddings("z.npy", Images * Each, 3, 0);
        ShardCounts first = ShardCounts.Compute(images, captions, ImageOf, 0, 2), second = ShardCounts.Compute(images, captions, ImageOf, 1, 2);
        ShardCounts foreign = ShardCounts.Compute(images, others, ImageOf, 1, 2), third = ShardCounts.Compute(images, captions, ImageOf, 1, 3);
        Assert.Contains("other embeddings", Refusal([first, foreign], ImageOf));
        Assert.Contains("other embeddings or another division", Refusal([first, third], ImageOf));
        Assert.Contains("Shards 1 of 2 are missing", Refusal([first], ImageOf));
        Assert.Contains("named twice", Refusal([first, second, second], ImageOf));
        Assert.Contains("image rows are not those", Refusal([first, second], [.. ImageOf.Reverse()]));
        Assert.Throws<ArgumentOutOfRangeException>(() => ShardCounts.Compute(images, captions, ImageOf, 2, 2));
    }

    [Fact]
    public void A_file_that_is_no_shard_is_named()
    {
        string path = Path.Combine(folder, "other.safetensors");
        using (var writer = new SafetensorsWriter(path, [new TensorInfo("scores", ElementType.Float64, 1)]))
        {
            writer.Append<double>([1.0]);
            writer.Complete();
        }
        Assert.Contains("other.safetensors: expected a shard", Assert.Throws<DataException>(() => ShardFile.Read(path)).Message);
    }

    private static string Refusal(ShardCounts[] shards, int[] imageOf) =>
        Assert.Throws<DataException>(() => ShardMerge.Merge(shards, imageOf)).Message;

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
