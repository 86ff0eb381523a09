using ITContrast.Data;

namespace ITContrast.Tests.Data;

[KeepsTensors, Collection(LiveTensors.Name)]
public sealed class FolderTests
{
    private static byte[] Png(int side, byte value = 10) => PngEncoder.Encode(new RgbImage(side, side, [.. Enumerable.Repeat(value, 3 * side * side)]));

    private static TemporaryFolder With(params (string Name, byte[] Bytes)[] images)
    {
        TemporaryFolder folder = new();
        foreach ((string name, byte[] bytes) in images) File.WriteAllBytes(folder.At(name), bytes);
        return folder;
    }

    [Theory]
    [InlineData("captions.csv", "image,caption,split,id,group\na.png,\"A dog, \"\"Rex\"\",\nruns\",train,7,x\na.png,second,train,7,x\nb.png,third,test,8,\n")]
    [InlineData(
        "captions.jsonl",
        "{\"image\":\"a.png\",\"captions\":[\"A dog, \\\"Rex\\\",\\nruns\",\"second\"],\"split\":\"train\",\"id\":7,\"group\":\"x\"}\n{\"image\":\"b.png\",\"caption\":\"third\",\"split\":\"test\",\"id\":8}\n"
    )]
    [InlineData(
        "captions.tsv", "filename\ttext\tsplit\tid\tgroup\na.png\tA dog, \"Rex\", runs\ttrain\t7\tx\na.png\tsecond\ttrain\t7\tx\nb.png\tthird\ttest\t8\t\n")]
    public void Captions_come_as_csv_tsv_or_jsonl(string name, string text)
    {
        using TemporaryFolder folder = With(("a.png", Png(8, 51)), ("b.png", Png(4, 102)));
        folder.Write(name, text);
        using PairDataset data = DatasetSources.Open(folder.Path, new() { Side = 4 });
        Assert.Equal(["A dog, \"Rex\", runs", "second", "third"], Enumerable.Range(0, 3).Select(data.Caption));
        Assert.Equal(["train", "test"], data.SplitNames);
        Assert.Equal([7, 8], Enumerable.Range(0, 2).Select(data.ImageId));
        using ImageBatch batch = data.Images.Read([1, 0]);
        Assert.All(batch.ValueSpan[..48].ToArray(), value => Assert.Equal(102 / 255f, value, 5));
        Assert.All(batch.ValueSpan[48..].ToArray(), value => Assert.Equal(51 / 255f, value, 5));
    }

    [Fact]
    public void Without_splits_a_new_image_moves_no_other()
    {
        string[] names = [.. Enumerable.Range(0, 60).Select(i => $"{i}.png")];
        using TemporaryFolder folder = With([.. names.Select(name => (name, Png(2)))]);
        Dictionary<string, string> Splits(IEnumerable<string> used)
        {
            folder.Write("c.csv", "image,caption\n" + string.Concat(used.Select(name => $"{name},text of {name}\n")));
            using PairDataset data = CaptionedFolder.Open(folder.At("c.csv"));
            return data
                .SplitNames.SelectMany(split => data.Split(split).ImageRows.Select(row => (data.Table.ImageName(row), split)))
                .ToDictionary(pair => pair.Item1, pair => pair.split);
        }
        Dictionary<string, string> all = Splits(names), fewer = Splits(names.Where((_, i) => i % 3 != 0));
        Assert.Equal(["test", "train", "val"], all.Values.Distinct().Order());
        Assert.All(fewer, pair => Assert.Equal(all[pair.Key], pair.Value));
        Assert.InRange(all.Values.Count(split => split == "train"), 36, 57);
    }

    [Theory]
    [InlineData("image,caption\na.png,\n", "c.csv, line 2: expected a caption, found an empty one")]
    [InlineData("image,caption\na.png\n", "c.csv, line 2: expected 2 columns (image, caption), found 1")]
    [InlineData(
        "picture,caption\na.png,x\n",
        "c.csv, line 1: expected a column for the image (image, file, filename, file_name, path, image_name), found none of these")]
    [InlineData("image,caption\nnone.png,x\n", "none.png, image row 0: expected an image file, found no file of that name")]
    [InlineData(
        "image,caption,split\na.png,x,train\na.png,y,test\n",
        "c.csv, line 3: expected the same split, id and group for a.png as in line 2 (split train, id none, group none), found split test")]
    [InlineData("image,caption,id\na.png,x,one\n", "c.csv, line 2: expected an integer id, found \"one\"")]
    [InlineData("image,caption\n", "c.csv: expected at least one caption, found none")]
    [InlineData("image,caption\na.png,\"open\n", "c.csv, line 2: expected a closing quote, found the end of the file")]
    [InlineData("", "c.csv, line 1: expected a header with column names, found an empty file")]
    public void Bad_caption_files_are_named(string text, string message)
    {
        using TemporaryFolder folder = With(("a.png", Png(2)));
        folder.Write("c.csv", text);
        Assert.Contains(message, Assert.Throws<DataException>(() => CaptionedFolder.Open(folder.Path)).Message);
    }

    [Fact]
    public void Loops_of_symbolic_links_and_mixed_sizes_are_named()
    {
        using TemporaryFolder folder = With(("a.png", Png(4)), ("b.png", Png(5)));
        File.CreateSymbolicLink(folder.At("x.png"), folder.At("y.png"));
        File.CreateSymbolicLink(folder.At("y.png"), folder.At("x.png"));
        folder.Write("c.csv", "image,caption\nx.png,x\n");
        Assert.Contains(
            $"x.png, image row 0: expected an image file, found a symbolic link to {folder.At("y.png")} that leads to no file (broken, or a loop)",
            Assert.Throws<DataException>(() => CaptionedFolder.Open(folder.Path)).Message);
        folder.Write("c.csv", "image,caption\na.png,x\nb.png,y\n");
        using PairDataset data = CaptionedFolder.Open(folder.Path, new() { Side = 4, Fit = null });
        Assert.Contains(
            "b.png, image row 1: expected 4 × 4 pixels, as all images of the folder, found 5 × 5",
            Assert.Throws<DataException>(() => data.Images.Read([0, 1])).Message);
    }

    // Made by tests/fixtures/images/make.cpp with OpenCV: a 12×8 picture, red left half and blue right half.
    [Theory]
    [InlineData("halves.jpg"), InlineData("halves.webp"), InlineData("halves16.png")]
    public void Jpeg_webp_and_deep_png_decode(string name)
    {
        if (!ImageDecoder.HasCodec) Assert.Skip("OpenCV's decoders are not built in: libopencv-imgcodecs-dev is absent.");
        RgbImage image = ImageDecoder.DecodeFile(Checkout.At("tests", "fixtures", "images", name));
        Assert.Equal((12, 8), (image.Width, image.Height));
        int At(int x, int y, int channel) => image.Bytes[3 * (12 * y + x) + channel];
        foreach (int y in new[] { 1, 6 })
        {
            Assert.True(At(1, y, 0) > 200 && At(1, y, 2) < 55, $"left is {At(1, y, 0)} {At(1, y, 1)} {At(1, y, 2)}");
            Assert.True(At(10, y, 2) > 200 && At(10, y, 0) < 55, $"right is {At(10, y, 0)} {At(10, y, 1)} {At(10, y, 2)}");
        }
        byte[] bytes = File.ReadAllBytes(Checkout.At("tests", "fixtures", "images", name));
        foreach (int length in new[] { 0, 3, 20, bytes.Length / 2, bytes.Length - 2 })
            Assert.Contains("cut.img", Assert.Throws<DataException>(() => ImageDecoder.Decode(bytes[..length], "cut.img")).Message);
    }

    [Fact]
    public void Transparency_of_a_webp_lies_over_white()
    {
        if (!ImageDecoder.HasCodec) Assert.Skip("OpenCV's decoders are not built in: libopencv-imgcodecs-dev is absent.");
        RgbImage image = ImageDecoder.DecodeFile(Checkout.At("tests", "fixtures", "images", "clear.webp"));
        Assert.All(image.Bytes, value => Assert.Equal(255, value));
    }

    // Box averages are exact where the scale is a whole number and weights are equal: a ramp keeps its mean, and flat pictures stay flat.
    [Fact]
    public void Resizing_keeps_means_and_cuts_the_middle()
    {
        byte[] ramp = new byte[3 * 16 * 8];
        for (int i = 0; i < 128; i++) ramp[3 * i] = ramp[3 * i + 1] = ramp[3 * i + 2] = (byte)(16 * (i % 16));
        RgbImage image = new(16, 8, ramp), crop = ImageResizer.Square(image, 4), pad = ImageResizer.Square(image, 8, ImageFit.Pad);
        // Columns 4 to 11 are the middle; a window of two columns has mean 16·(4.5 + 2i), and the triangle filter leaves linear ramps alone inside.
        Assert.Equal([104, 136], crop.Bytes.Where((_, i) => i % 3 == 0).Skip(1).Take(2).Select(v => (int)v));
        Assert.All(pad.Bytes[..(3 * 8 * 2)], value => Assert.Equal(255, value));
        Assert.Equal(0.5 * (ramp.Average(v => v) + 255), pad.Bytes.Average(v => v), 0);
        RgbImage flat = ImageResizer.Square(new RgbImage(7, 5, [.. Enumerable.Repeat((byte)77, 105)]), 64, ImageFit.Stretch);
        Assert.All(flat.Bytes, value => Assert.Equal(77, value));
        Assert.Same(flat, ImageResizer.Square(flat, 64));
    }
}
