using System.Runtime.InteropServices;
using System.Text;
using ITContrast.Data;
using ITContrast.Data.Scenes;

namespace ITContrast.Tests.Data;

[KeepsTensors, Collection(LiveTensors.Name)]
public sealed class OscarTests
{
    private static string Base64(params float[] values) => Convert.ToBase64String(MemoryMarshal.AsBytes<float>(values));

    private static PairDataset Scenes() => SyntheticScenes.Open(new() { Train = 12, Validation = 3, Test = 4, Kind = ImageKind.Regions });

    [Fact]
    public void What_the_writer_writes_the_reader_reads()
    {
        using TemporaryFolder folder = new();
        using PairDataset scenes = Scenes();
        OscarWriter.Write(scenes, folder.Path);
        using PairDataset back = DatasetSources.Open(folder.Path);
        Same.Pairs(scenes, back, ids: false);
        Assert.Equal([50, 18], back.Images.RowShape);
    }

    [Fact]
    public void Key_files_choose_and_order_images_and_suffixes_are_splits()
    {
        using TemporaryFolder folder = new();
        using (PairDataset scenes = Scenes()) OscarWriter.Write(scenes, folder.Path);
        folder.Write("test_img_keys.tsv", "18\n16\n");
        folder.Write("test_img_keys_1k.tsv", "16\n");
        using PairDataset data = OscarFolder.Open(folder.Path);
        Assert.Equal([18, 16], data.Split("test").ImageRows.Select(data.ImageId));
        Assert.Equal([16], data.Split("test_1k").ImageRows.Select(data.ImageId));
        folder.Write("test_img_keys.tsv", "18\n99\n");
        Assert.Contains(
            "test_img_keys.tsv, line 2: expected an image with captions",
            Assert.Throws<DataException>(() => OscarFolder.Open(folder.Path)).Message);
    }

    [Fact]
    public void Damage_is_named()
    {
        using TemporaryFolder folder = new();
        using (PairDataset scenes = Scenes()) OscarWriter.Write(scenes, folder.Path);
        string index = File.ReadAllText(folder.At("features.lineidx")), ids = File.ReadAllText(folder.At("imageid2idx.json"));
        string Message() => Assert.Throws<DataException>(() => OscarFolder.Open(folder.Path).Dispose()).Message;
        folder.Write("features.lineidx", index + "99999999\n");
        Assert.Contains("features.lineidx, line 20: expected an offset below", Message());
        folder.Write("features.lineidx", index.Replace("\n", "x\n"));
        Assert.Contains("features.lineidx, line 1: expected a byte offset, found \"0x\"", Message());
        string[] offsets = index.Split('\n');
        folder.Write(
            "features.lineidx", index.Replace($"\n{offsets[5]}\n", $"\n{int.Parse(offsets[5], System.Globalization.CultureInfo.InvariantCulture) + 7}\n"));
        Assert.Contains("features.tsv, row 4: expected one line, found a line break", Message());
        folder.Write("features.lineidx", index);
        folder.Write("imageid2idx.json", ids[..^3]);
        Assert.Contains("imageid2idx.json: expected an object of image id: row", Message());
        folder.Write("imageid2idx.json", ids.Replace("\"3\":3", "\"3\":30"));
        Assert.Contains("imageid2idx.json, \"3\": expected a row below 19, found 30", Message());
        folder.Write("imageid2idx.json", ids.Replace("\"3\":3", "\"3\":4"));
        Assert.Contains("features.tsv, row 4: expected image 3, by imageid2idx.json, found image 4", Message());
        folder.Write("imageid2idx.json", ids);
        folder.Write("predictions.tsv", "0\t{\"objects\":[{\"rect\":[]}]}\n");
        Assert.Contains("predictions.tsv, line 1: expected objects with a \"class\"", Message());
        File.Delete(folder.At("predictions.tsv"));
        File.WriteAllBytes(folder.At("train_captions.pt"), [1, 2, 3]);
        Assert.Contains("train_captions.pt", Message());
    }

    [Fact]
    public void A_bad_base64_row_is_named_when_it_is_read()
    {
        using TemporaryFolder folder = new();
        string good = $"7\t2\t{Base64(1, 2, 3, 4)}", bad = good.Replace("8\t", "9\t")[..^3] + "*A=";
        folder.Write("features.tsv", $"{good}\n{bad}\n8\t2\t{Base64(1, 2, 3)}\n9\t0\t\nx\t1\t{Base64(1, 2)}\n");
        using TsvRegions regions = TsvRegions.Open(folder.At("features.tsv"), maximumRegions: 3);
        using (ImageBatch batch = regions.Read([0]))
        {
            Assert.Equal([1, 2, 3, 4, 0, 0], batch.ValueSpan.ToArray());
            Assert.Equal([2], batch.CountSpan.ToArray());
        }
        string Message(int row) => Assert.Throws<DataException>(() => regions.Read([row])).Message;
        Assert.Contains("features.tsv, row 1: expected features in base64, found another character after", Message(1));
        Assert.Contains("features.tsv, row 2: expected 2 × 2 features, found 3 numbers", Message(2));
        Assert.Contains("features.tsv, row 3: expected at least one box, found 0", Message(3));
        Assert.Contains("features.tsv, row 4: expected an image id, found \"x\"", Message(4));
    }

    [Fact]
    public void Bottom_up_attention_files_give_relative_boxes()
    {
        using TemporaryFolder folder = new();
        folder.Write(
            "train.tsv",
            $"5\t200\t100\t2\t{Base64(0, 0, 100, 50, 100, 50, 200, 100)}\t{Base64(1, 2, 3, 4, 5, 6)}\n6\t10\t10\t1\t{Base64(1, 2, 3, 4)}\t{Base64(7, 8, 9)}\n");
        using TsvRegions regions = TsvRegions.Open(folder.At("train.tsv"), maximumRegions: 2);
        Assert.Equal([5, 6], regions.Ids);
        using ImageBatch batch = regions.Read([1, 0]);
        Assert.Equal([7, 8, 9, 0, 0, 0, 1, 2, 3, 4, 5, 6], batch.ValueSpan.ToArray());
        Assert.Equal([0.1f, 0.2f, 0.3f, 0.4f, 0, 0, 0, 0, 0, 0, 0.5f, 0.5f, 0.5f, 0.5f, 1, 1], batch.BoxSpan.ToArray());
        Assert.Equal([1, 2], batch.CountSpan.ToArray());
    }

    // Written by torch.save itself (tests/fixtures/oscar-first/make.py): tensors, captions as a list and as JSON, labels as a string and as objects.
    [Fact]
    public void The_first_release_is_read()
    {
        using PairDataset data = OscarFolder.Open(Checkout.At("tests", "fixtures", "oscar-first"));
        Assert.Equal(["train", "test"], data.SplitNames);
        PairSplit test = data.Split("test");
        Assert.Equal([42, 7], test.ImageRows.Select(data.ImageId));
        Assert.Equal(["a dog", "two dogs", "ein Hund — é"], test.CaptionRows.Select(data.Caption).Take(3));
        Assert.Equal(["dog", "grass"], data.Table.Tags(test.ImageRows[0]));
        Assert.Equal(["cat"], data.Table.Tags(data.Split("train").ImageRows[0]));
        using ImageBatch batch = data.Images.Read([test.ImageRows[1], test.ImageRows[0]]);
        Assert.Equal([2, 3], batch.CountSpan.ToArray());
        Assert.Equal([70, 71, 72, 73], batch.ValueSpan[..4].ToArray());
        Assert.Equal([42, 43, 44, 45, 46, 47], batch.ValueSpan.Slice(50 * 2, 6).ToArray());
    }
}
