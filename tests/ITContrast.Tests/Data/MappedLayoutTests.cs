using ITContrast.Data;
using ITContrast.Data.Scenes;
using ITContrast.Torch;

namespace ITContrast.Tests.Data;

/// <summary>Data sets that the tests compare: everything but the hash.</summary>
internal static class Same
{
    public static void Pairs(PairDataset expected, PairDataset found, bool ids = true, bool tags = true)
    {
        Assert.Equal(expected.SplitNames, found.SplitNames);
        foreach (string name in expected.SplitNames)
        {
            PairSplit a = expected.Split(name), b = found.Split(name);
            Assert.Equal(a.CaptionRows.Select(expected.Caption), b.CaptionRows.Select(found.Caption));
            Assert.Equal(a.ImageOf, b.ImageOf);
            Assert.Equal(a.ImageRows.Select(expected.ImageId), b.ImageRows.Select(found.ImageId));
            if (ids) Assert.Equal(a.CaptionRows.Select(expected.CaptionId), b.CaptionRows.Select(found.CaptionId));
            if (tags)
                Assert.Equal(
                    a.ImageRows.Select(row => string.Join("|", expected.Table.Tags(row))),
                    b.ImageRows.Select(row => string.Join("|", found.Table.Tags(row))));
            using ImageBatch x = expected.Images.Read(a.ImageRows), y = found.Images.Read(b.ImageRows);
            Assert.Equal(x.Kind, y.Kind);
            int rows = a.ImageRows.Length, common = Math.Min(x.ValueSpan.Length, y.ValueSpan.Length) / rows;
            for (int i = 0; i < rows; i++)
                Assert.Equal(
                    x.ValueSpan.Slice(i * (x.ValueSpan.Length / rows), common).ToArray(),
                    y.ValueSpan.Slice(i * (y.ValueSpan.Length / rows), common).ToArray());
            Assert.Equal(x.CountSpan.ToArray(), y.CountSpan.ToArray());
        }
    }
}

[KeepsTensors, Collection(LiveTensors.Name)]
public sealed class MappedLayoutTests
{
    private static PairDataset Scenes(ImageKind kind, int objects = 3) =>
        SyntheticScenes.Open(
            new()
            {
                Train = 24,
                Validation = 8,
                Test = 8,
                Kind = kind,
                Side = 32,
                MaximumObjects = objects,
            });

    [Theory]
    [InlineData(ImageKind.Regions), InlineData(ImageKind.Pixels)]
    public void A_mapped_copy_is_the_same_data_set(ImageKind kind)
    {
        using TemporaryFolder folder = new();
        using PairDataset scenes = Scenes(kind);
        MappedFolder.Write(scenes, folder.At("m"));
        using PairDataset copy = DatasetSources.Open(folder.At("m"));
        if (kind == ImageKind.Regions)
        {
            Same.Pairs(scenes, copy);
            using ImageBatch a = scenes.Images.Read([5, 2]), b = copy.Images.Read([5, 2]);
            Assert.Equal(a.BoxSpan.ToArray(), b.BoxSpan.ToArray());
        }
        else
        {
            // Bytes hold pixels to half a step.
            using ImageBatch a = scenes.Images.Read([5, 2]), b = copy.Images.Read([5, 2]);
            Assert.All(a.ValueSpan.ToArray().Zip(b.ValueSpan.ToArray()), pair => Assert.InRange(Math.Abs(pair.First - pair.Second), 0, 0.502f / 255));
        }
        // Groups are numbered anew, but join the same images.
        int[] rows = [.. Enumerable.Range(0, scenes.ImageCount)];
        foreach (int i in rows) Assert.Equal(rows.Select(j => scenes.Group(i) == scenes.Group(j)), rows.Select(j => copy.Group(i) == copy.Group(j)));
    }

    [Fact]
    public void Pictocap_survives_the_copy_with_its_concepts()
    {
        using TemporaryFolder folder = new();
        using PairDataset data = PictoCap.Open(division: PictoCapDivision.UnseenDrawings);
        WriteWithoutPixels(data, folder);
        int concepts = Enumerable.Range(0, data.ImageCount).Select(data.Group).Distinct().Count();
        string[] lines = File.ReadAllLines(folder.At("captions.jsonl"));
        Assert.Equal(7673, lines.Length);
        Assert.Contains("\"group\":", lines[0]);
        Assert.Equal(
            concepts,
            lines
                .Select((line, row) => System.Text.Json.JsonElement.Parse(line).TryGetProperty("group", out var group) ? group.GetInt64() : -1L - row)
                .Distinct()
                .Count());
    }

    [Fact]
    public void Damaged_copies_are_named()
    {
        using TemporaryFolder folder = new();
        using (PairDataset scenes = Scenes(ImageKind.Regions)) MappedFolder.Write(scenes, folder.Path);
        string captions = File.ReadAllText(folder.At("captions.jsonl"));
        File.WriteAllText(folder.At("captions.jsonl"), captions[..(captions.TrimEnd().LastIndexOf('\n') + 1)]);
        Assert.Contains("holds 39 images with 195 captions, but", Message(folder));
        File.WriteAllText(folder.At("captions.jsonl"), captions);
        NpyFile.Write(folder.At("counts.npy"), new long[39], 39);
        Assert.Contains("images.npy, counts: expected 40 counts, one a row, found 39", Message(folder));
        NpyFile.Write(folder.At("counts.npy"), Enumerable.Repeat(4L, 40).ToArray(), 40);
        Assert.Contains("counts, row 0: expected 0 to 3 regions, found 4", Message(folder));
        NpyFile.Write(folder.At("counts.npy"), new float[40], 40);
        Assert.Contains("counts.npy, header: expected integers, found Float32", Message(folder));
        File.Delete(folder.At("counts.npy"));
        NpyFile.Write(folder.At("boxes.npy"), new float[40 * 4], 40, 1, 4);
        Assert.Contains("boxes.npy, header: expected shape [40, 3, 4], as images.npy has, found [40, 1, 4]", Message(folder));
    }

    private static string Message(TemporaryFolder folder) => Assert.Throws<DataException>(() => MappedFolder.Open(folder.Path)).Message;

    private static void WriteWithoutPixels(PairDataset data, TemporaryFolder folder) =>
        MappedFolder.Write(data.WithImages(new CountingSource(data.ImageCount), "counting"), folder.Path);
}
