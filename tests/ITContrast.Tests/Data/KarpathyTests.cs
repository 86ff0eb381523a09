using ITContrast.Data;
using ITContrast.Torch;

namespace ITContrast.Tests.Data;

[KeepsTensors, Collection(LiveTensors.Name)]
public sealed class KarpathyTests
{
    private static string Image(int imgid, int cocoid, string split, int sentences) =>
        $$"""{"sentids":[{{string.Join(",", Enumerable.Range(100 * imgid, sentences))}}],"imgid":{{imgid}},"filename":"{{cocoid}}.jpg","filepath":"val2014","cocoid":{{cocoid}},"split":"{{split}}","sentences":[{{string.Join(",", Enumerable.Range(0, sentences).Select(i => $$"""{"tokens":["a"],"raw":"image {{imgid}} caption {{i}}.\n","imgid":{{imgid}},"sentid":{{100 * imgid + i}}}"""))}}]}""";

    private static string File5() =>
        $$"""{"images":[{{string.Join(",", Image(0, 900, "train", 5), Image(1, 901, "restval", 7), Image(2, 902, "test", 6), Image(3, 903, "val", 5), Image(4, 904, "test", 5))}}],"dataset":"coco"}""";

    private static PairDataset Open(TemporaryFolder folder, string json, KarpathyOptions? options = null) =>
        KarpathyJson.Open(folder.Write("dataset_coco.json", json), entries => new CountingSource(entries.Count), options);

    [Fact]
    public void Restval_is_training_and_five_captions_count()
    {
        using TemporaryFolder folder = new();
        using PairDataset data = Open(folder, File5());
        Assert.Equal(["train", "val", "test"], data.SplitNames);
        Assert.Equal([900, 901], data.Split("train").ImageRows.Select(data.ImageId));
        Assert.Equal(10, data.Split("train").CaptionRows.Length);
        Assert.Equal([200, 201, 202, 203, 204, 400, 401, 402, 403, 404], data.Split("test").CaptionRows.Select(data.CaptionId));
        Assert.Equal("image 2 caption 4.", data.Caption(data.Split("test").CaptionRows[4]));
        Assert.Equal("val2014/902.jpg", data.Table.ImageName(2));
        // An empty folder is none: a name with a slash before it would lie at the root of the disk.
        using (PairDataset bare = Open(folder, File5().Replace("val2014", ""))) Assert.Equal("902.jpg", bare.Table.ImageName(2));
        using PairDataset apart = Open(folder, File5(), new() { RestvalIntoTrain = false, CaptionsPerImage = 100 });
        Assert.Equal(["train", "restval", "val", "test"], apart.SplitNames);
        Assert.Equal(7, apart.Split("restval").CaptionRows.Length);
        using PairDataset fewer = Open(folder, File5(), new() { RestvalIntoTrain = false });
        Assert.Equal(3, new[] { data, apart, fewer }.Select(set => set.ContentHash).Distinct().Count());
    }

    [Fact]
    public void Id_files_of_vsepp_fix_a_split_and_its_order()
    {
        using TemporaryFolder folder = new();
        long[] ids = [404, 403, 402, 401, 400, 205, 204, 203, 202, 201];
        NpyFile.Write(folder.At("coco_test_ids.npy"), ids, ids.Length);
        KarpathyOptions options = new() { CaptionIdFiles = new Dictionary<string, string> { ["test"] = folder.At("coco_test_ids.npy") } };
        using PairDataset data = Open(folder, File5(), options);
        PairSplit test = data.Split("test");
        Assert.Equal(ids, test.CaptionRows.Select(data.CaptionId));
        Assert.Equal([904, 902], test.ImageRows.Select(data.ImageId));
        Assert.Equal([0, 0, 0, 0, 0, 1, 1, 1, 1, 1], test.ImageOf);
        ids[7] = 300;
        NpyFile.Write(folder.At("coco_test_ids.npy"), ids, ids.Length);
        Assert.Contains(
            "coco_test_ids.npy, row 7: expected a caption of image 902, like row 5, found one of image 903",
            Assert.Throws<DataException>(() => Open(folder, File5(), options)).Message);
        ids[7] = 12345;
        NpyFile.Write(folder.At("coco_test_ids.npy"), ids, ids.Length);
        Assert.Contains("row 7: expected a caption id of coco, found 12345", Assert.Throws<DataException>(() => Open(folder, File5(), options)).Message);
        NpyFile.Write(folder.At("coco_test_ids.npy"), ids[..7], 7);
        Assert.Contains("expected five caption ids an image, found 7 ids", Assert.Throws<DataException>(() => Open(folder, File5(), options)).Message);
    }

    [Theory]
    [InlineData("\"imgid\":1,", "", "\"images\"[1]: expected the key \"imgid\"")]
    [InlineData("\"split\":\"val\"", "\"split\":7", "\"images\"[3]: expected \"split\" to be a string, found 7")]
    [InlineData("\"sentid\":203}", "\"sentid\":\"203\"}", "\"images\"[2], \"sentences\"[3]: expected \"sentid\" to be an integer, found \"203\"")]
    [InlineData("\"sentid\":203}", "\"sentid\":202}", "\"images\"[2], \"sentences\"[3]: expected a sentid that occurs once, found 202 again")]
    [InlineData("\"dataset\"", "dataset", "expected JSON")]
    [InlineData("\"images\"", "\"pictures\"", "expected the key \"images\", found only \"pictures\", \"dataset\"")]
    public void A_bad_file_says_where(string old, string with, string message)
    {
        using TemporaryFolder folder = new();
        string text = Assert.Throws<DataException>(() => Open(folder, File5().Replace(old, with))).Message;
        Assert.StartsWith(folder.At("dataset_coco.json"), text);
        Assert.Contains(message, text);
    }

    [Fact]
    public void Features_and_images_must_be_as_many()
    {
        using TemporaryFolder folder = new();
        string path = folder.Write("d.json", File5());
        NpyFile.Write(folder.At("f.npy"), new float[8], 4, 2);
        Assert.Contains(
            "expected one image a feature row (4), found 5 images",
            Assert.Throws<DataException>(() => DatasetSources.Open(path, new() { Features = folder.At("f.npy") })).Message);
        NpyFile.Write(folder.At("f.npy"), new float[10], 5, 2);
        using PairDataset data = DatasetSources.Open(path, new() { Features = folder.At("f.npy") });
        Assert.Equal(5, data.ImageCount);
        Assert.Contains("--images FOLDER or its features with --features", Assert.Throws<ArgumentException>(() => DatasetSources.Open(path)).Message);
    }
}
