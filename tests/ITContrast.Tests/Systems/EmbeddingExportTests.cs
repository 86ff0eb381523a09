using ITContrast.Data;
using ITContrast.Evaluation;
using ITContrast.Systems;
using ITContrast.Tests.Training;
using ITContrast.Torch;
using static TorchSharp.torch;

namespace ITContrast.Tests.Systems;

public sealed class EmbeddingExportTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("itc-embeddings-").FullName;

    private string At(string name) => Path.Combine(folder, name + ".safetensors");

    [Fact]
    public void Joined_shards_are_the_file_of_one_machine_and_evaluate_as_the_model_does()
    {
        using ToyRun toy = new();
        using var scope = NewDisposeScope();
        PairSplit split = toy.Dataset.Split("train");
        EmbeddingExport.Write(toy.Matcher, "model", toy.Dataset, split, At("whole"));
        string[] shards = [.. Enumerable.Range(0, 5).Select(shard => At($"{shard}"))];
        for (int shard = 0; shard < 5; shard++) EmbeddingExport.Write(toy.Matcher, "model", toy.Dataset, split, shards[shard], shard, 5);
        EmbeddingExport.Join([.. shards.Reverse()], At("joined"));
        Assert.Equal(File.ReadAllBytes(At("whole")), File.ReadAllBytes(At("joined")));

        var (images, captions) = toy.Matcher.Embed(toy.Dataset, split);
        using EmbeddingFile x = EmbeddingFile.Open(At("joined") + ":images"), y = EmbeddingFile.Open(At("joined") + ":captions");
        int[] imageOf = FileEvaluation.ImageOf(At("joined") + ":image_of", x.Count, y.Count);
        Assert.Equal(split.ImageOf, imageOf);
        Assert.Equal(
            Retrieval.Evaluate(images, captions, imageOf).ImageQuery.Ranks,
            FileEvaluation.Evaluate(x, y, imageOf, RetrievalProtocol.Whole).Folds[0].ImageQuery.Ranks);
    }

    [Fact]
    public void Shards_that_do_not_belong_together_refuse_to_join()
    {
        using ToyRun toy = new();
        PairSplit split = toy.Dataset.Split("train");
        void Write(string name, string model, int shard) => EmbeddingExport.Write(toy.Matcher, model, toy.Dataset, split, At(name), shard, 2);
        Write("a", "one", 0);
        Write("b", "one", 1);
        Write("c", "two", 1);
        string Refusal(params string[] names) => Assert.Throws<DataException>(() => EmbeddingExport.Join([.. names.Select(At)], At("joined"))).Message;
        Assert.Contains("c.safetensors is of other data", Refusal("a", "c"));
        Assert.Contains("Shards 1 of 2 are missing", Refusal("a"));
        Assert.Contains("named twice", Refusal("a", "b", "b"));
        Assert.Contains("a tensor 'rows'", Assert.Throws<DataException>(() => FileEvaluation.Integers(At("a") + ":rows", 3, "rows")).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => Write("d", "one", 2));
        Assert.False(File.Exists(At("joined")));
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
