using ITContrast.Data;
using ITContrast.Experiments;
using ITContrast.Tests.Data;
using ITContrast.Torch;
using static TorchSharp.torch;

namespace ITContrast.Tests.Experiments;

public class StoredFeaturesTests : TorchTest
{
    private static readonly RunConfig Heads = new RunConfig { System = "itcontrast", Method = new() }.OnStoredFeatures();

    [Fact]
    public void Heads_change_the_identity_of_a_run_and_of_its_data_only_where_they_are_used()
    {
        Assert.DoesNotContain("Heads", new RunConfig().ToJson().ToJsonString());
        Assert.Equal(Heads, RunConfig.FromJson(Heads.ToJson()) with { Method = Heads.Method });
        using TemporaryFolder folder = new();
        using PairDataset grid = LightRun.OpenData(new()), stored = LightRun.OpenData(Heads, store: new(folder.Path));
        Assert.NotEqual(grid.ContentHash, stored.ContentHash);
        using PairDataset other = LightRun.OpenData(Heads with { Heads = new() { FeatureSeed = 2 } }, store: new(folder.Path));
        Assert.NotEqual(stored.ContentHash, other.ContentHash);
        Assert.Equal(new RunConfig { Seed = 2 }, StoredFeatures.Extractor(Heads with { Seed = 9, Heads = new() { FeatureSeed = 2 } }));
    }

    [Fact]
    public void Regions_are_read_from_the_file_by_row()
    {
        using TemporaryFolder folder = new();
        string path = folder.At("regions.safetensors");
        Tensor regions = randn(6, 3, 2);
        Safetensors.Save(path, new Dictionary<string, Tensor> { ["regions"] = regions });
        using StoredRegions source = new(path, [6, 3, 2]);
        using ImageBatch batch = source.Read([4, 0, 4]);
        Assert.Equal((6, ImageKind.Regions), (source.Count, source.Kind));
        Assert.True(batch.Values.eq(regions.index_select(0, tensor(new long[] { 4, 0, 4 }))).all().item<bool>());
        Assert.Equal([3L, 3L, 3L], batch.CountSpan.ToArray());
        Assert.Throws<ArgumentOutOfRangeException>(() => source.Read([6]));
    }

    [Fact]
    public void A_missing_or_foreign_file_says_what_to_do()
    {
        using TemporaryFolder folder = new();
        using StoredRegions missing = new(folder.At("none.safetensors"), [6, 3, 2]);
        Assert.False(missing.Exists);
        Assert.Contains("--features stored", Assert.Throws<DataException>(() => missing.Read([0])).Message);
        Safetensors.Save(folder.At("other.safetensors"), new Dictionary<string, Tensor> { ["regions"] = zeros(6, 3, 1) });
        using StoredRegions foreign = new(folder.At("other.safetensors"), [6, 3, 2]);
        Assert.Contains("[6, 3, 1]", Assert.Throws<DataException>(() => foreign.Read([0])).Message);
    }
}
