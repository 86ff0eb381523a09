using ITContrast.Data;
using ITContrast.Text;

namespace ITContrast.Tests.Data;

[KeepsTensors, Collection(LiveTensors.Name)]
public sealed class PictoCapTests
{
    [Fact]
    public void Counts_are_those_of_the_readme()
    {
        using PairDataset data = PictoCap.Open();
        Assert.Equal((7673, 38365), (data.ImageCount, data.CaptionCount));
        Assert.Equal(["train", "val", "test", "rest"], data.SplitNames);
        Assert.Equal([5190, 127, 267, 2089], data.SplitNames.Select(name => data.Split(name).ImageRows.Length));
        Assert.Equal(1644, Enumerable.Range(0, data.ImageCount).Select(data.Group).Distinct().Count());
        Assert.All(data.Split("test").CaptionsByImage(), captions => Assert.Equal(5, captions.Length));
        using PairDataset drawings = PictoCap.Open(division: PictoCapDivision.UnseenDrawings);
        Assert.Equal([7049, 229, 395], drawings.SplitNames.Select(name => drawings.Split(name).ImageRows.Length));
        Assert.NotEqual(data.ContentHash, drawings.ContentHash);
    }

    [Fact]
    public void No_family_is_in_two_of_train_val_and_test()
    {
        PictoCapImage[] images = PictoCap.ReadImages();
        foreach (var family in images.GroupBy(image => image.Family))
            Assert.True(family.Select(image => image.Split).Where(split => split != "rest").Distinct().Count() <= 1, family.Key);
    }

    // So an interval that resamples drawings resamples concepts and families too.
    [Fact]
    public void In_val_and_test_every_drawing_is_a_family_of_its_own()
    {
        foreach (var split in PictoCap.ReadImages().Where(image => image.Split is "val" or "test").GroupBy(image => image.Split))
            Assert.Equal(split.Count(), split.Select(image => image.Family).Distinct().Count());
    }

    [Fact]
    public void Captions_belong_to_the_image_that_the_file_lists_them_under()
    {
        using PairDataset data = PictoCap.Open();
        PictoCapImage[] images = PictoCap.ReadImages();
        PairSplit test = data.Split("test");
        for (int i = 0; i < test.CaptionRows.Length; i++)
        {
            PictoCapImage image = images[test.ImageRows[test.ImageOf[i]]];
            Assert.Equal("test", image.Split);
            Assert.Contains(
                image.Sentences,
                sentence => sentence.Text == data.Caption(test.CaptionRows[i]) && sentence.Id == data.CaptionId(test.CaptionRows[i]));
        }
    }

    [Fact]
    public void Every_drawing_decodes_to_pixels_on_white()
    {
        using PairDataset data = PictoCap.Open();
        using ImageBatch batch = data.Images.Read([0, 7672, 0]);
        Assert.Equal([3, 3, 64, 64], batch.Values.shape);
        float[] values = batch.ValueSpan.ToArray();
        Assert.All(values, value => Assert.InRange(value, 0f, 1f));
        // A drawing leaves its corner white, and is not white itself.
        Assert.Equal(1f, values[0]);
        Assert.True(values.AsSpan(0, 12288).ToArray().Average() < 0.95);
        Assert.Equal(values[..12288], values[(2 * 12288)..]);
        Assert.NotEqual(values[..12288], values[12288..(2 * 12288)]);
    }

    [Fact]
    public void The_vocabulary_knows_training_words_only()
    {
        using PairDataset data = PictoCap.Open();
        WordTokenizer tokenizer = WordTokenizer.Build(data);
        HashSet<string> training = [.. data.Split("train").CaptionRows.SelectMany(row => Words.Of(data.Caption(row)))];
        Assert.True(training.SetEquals(tokenizer.Entries.Skip(4)));
        Assert.Contains(data.Split("test").CaptionRows, row => tokenizer.Encode(data.Caption(row)).Contains(tokenizer.UnknownId));
    }

    [Fact]
    public void A_missing_image_and_a_damaged_line_are_named()
    {
        using TemporaryFolder folder = new();
        string source = Checkout.At("data", "pictocap");
        string[] lines = [.. File.ReadLines(Path.Combine(source, "captions.jsonl")).Take(3)];
        File.Copy(Path.Combine(source, "images.zip"), folder.At("images.zip"));
        folder.Write("captions.jsonl", string.Join('\n', lines).Replace("noto-v1/1f600.png", "noto-v1/none.png"));
        string message = Assert.Throws<DataException>(() => PictoCap.Open(folder.Path)).Message;
        Assert.Contains("image row 1: expected an entry \"noto-v1/none.png\"", message);
        folder.Write("captions.jsonl", lines[0] + "\n" + lines[1].Replace("\"imgid\":1", "\"imgid\":\"one\""));
        Assert.Contains(
            "captions.jsonl, line 2: expected \"imgid\" to be an integer, found \"one\"",
            Assert.Throws<DataException>(() => PictoCap.Open(folder.Path)).Message);
        folder.Write("captions.jsonl", lines[0] + "\n" + lines[1][..100]);
        Assert.Contains("captions.jsonl, line 2: expected a JSON object", Assert.Throws<DataException>(() => PictoCap.Open(folder.Path)).Message);
        folder.Write("captions.jsonl", lines[0] + "\n" + lines[0]);
        Assert.Contains("line 2: expected an imgid that occurs once, found 0 again", Assert.Throws<DataException>(() => PictoCap.Open(folder.Path)).Message);
    }
}
