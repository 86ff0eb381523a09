using ITContrast.Data;
using ITContrast.Data.Scenes;
using ITContrast.Torch;

namespace ITContrast.Tests.Data;

[KeepsTensors, Collection(LiveTensors.Name)]
public sealed class PrecomputedFolderTests
{
    // Image i's value at (region r, column d) is 100·i + 10·r + d.
    private static void WriteSplit(TemporaryFolder folder, string split, int images, int captions, int repeat = 1, int firstId = 0)
    {
        float[] values = new float[images * repeat * 6];
        for (int row = 0; row < images * repeat; row++)
            for (int j = 0; j < 6; j++) values[row * 6 + j] = 100 * (row / repeat + firstId) + 10 * (j / 3) + j % 3;
        NpyFile.Write(folder.At(split + "_ims.npy"), values, images * repeat, 2, 3);
        folder.Write(split + "_caps.txt", string.Concat(Enumerable.Range(0, captions).Select(i => $"{split} caption {i}\n")));
        folder.Write(split + "_ids.txt", string.Concat(Enumerable.Range(0, images * repeat).Select(row => $"{row / repeat + firstId}\n")));
    }

    [Fact]
    public void Five_captions_belong_to_each_row()
    {
        using TemporaryFolder folder = new();
        WriteSplit(folder, "train", 4, 20);
        WriteSplit(folder, "test", 2, 10, firstId: 10);
        folder.Write("id_mapping.json", """{"10": "a.jpg", "11": "b.jpg"}""");
        using PairDataset data = PrecomputedFolder.Open(folder.Path);
        Assert.Equal(["train", "test"], data.SplitNames);
        PairSplit test = data.Split("test");
        Assert.Equal([0, 0, 0, 0, 0, 1, 1, 1, 1, 1], test.ImageOf);
        Assert.Equal("test caption 7", data.Caption(test.CaptionRows[7]));
        Assert.Equal([10, 11], test.ImageRows.Select(data.ImageId));
        Assert.Equal("b.jpg", data.Table.ImageName(test.ImageRows[1]));
        using ImageBatch batch = data.Images.Read([5, 0, 4]);
        Assert.Equal([1100, 1101, 1102, 1110, 1111, 1112, 0, 1, 2, 10, 11, 12, 1000, 1001, 1002, 1010, 1011, 1012], batch.ValueSpan.ToArray());
        Assert.Equal([2, 2, 2], batch.CountSpan.ToArray());
    }

    [Fact]
    public void Dev_answers_to_val_and_no_other_name_is_guessed()
    {
        using TemporaryFolder folder = new();
        WriteSplit(folder, "train", 4, 20);
        WriteSplit(folder, "dev", 2, 10, firstId: 10);
        using PairDataset data = PrecomputedFolder.Open(folder.Path);
        Assert.Equal("dev", data.Split("val").Name);
        Assert.Contains("has no split \"test\"; it has train, dev", Assert.Throws<ArgumentException>(() => data.Split("test")).Message);
        using TemporaryFolder runs = new();
        // Told before a run's folder is made, so before any training.
        Assert.Contains(
            "has no split \"test\"",
            Assert
                .Throws<ArgumentException>(() =>
                    ITContrast.Experiments.Experiment.Run(new(), data, new(runs.Path), cancellation: TestContext.Current.CancellationToken))
                .Message);
        Assert.Empty(Directory.GetFileSystemEntries(runs.Path));
    }

    [Theory]
    [InlineData(true), InlineData(false)]
    public void Rows_repeated_for_each_caption_are_one_image(bool ids)
    {
        using TemporaryFolder folder = new();
        WriteSplit(folder, "test", 3, 15, repeat: 5);
        if (!ids) File.Delete(folder.At("test_ids.txt"));
        using PairDataset data = PrecomputedFolder.Open(folder.Path);
        Assert.Equal(3, data.ImageCount);
        Assert.Equal([0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2], data.Split("test").ImageOf);
        using ImageBatch batch = data.Images.Read([2]);
        Assert.Equal([200, 201, 202, 210, 211, 212], batch.ValueSpan.ToArray());
    }

    [Fact]
    public void One_caption_an_image_is_allowed()
    {
        using TemporaryFolder folder = new();
        WriteSplit(folder, "test", 10, 10);
        using PairDataset data = PrecomputedFolder.Open(folder.Path);
        Assert.Equal(Enumerable.Range(0, 10), data.Split("test").ImageOf);
    }

    [Fact]
    public void Test_is_the_beginning_of_testall()
    {
        using TemporaryFolder folder = new();
        WriteSplit(folder, "testall", 4, 20);
        WriteSplit(folder, "test", 2, 10);
        using PairDataset data = PrecomputedFolder.Open(folder.Path);
        Assert.Equal(data.Split("testall").ImageRows.Take(2).Select(data.Group), data.Split("test").ImageRows.Select(data.Group));
        AuditReport report = DatasetAudit.Run(data);
        Assert.True(report.IsSound);
        Assert.Contains(report.Findings, finding => finding is { Code: "id-in-two-splits", Severity: AuditSeverity.Note });
    }

    [Fact]
    public void A_missing_line_is_reported_with_both_counts()
    {
        using TemporaryFolder folder = new();
        WriteSplit(folder, "test", 4, 19);
        Assert.Equal(
            $"{folder.At("test_ims.npy")} holds 4 images, but {folder.At("test_caps.txt")} holds 19 captions. Expected 5 captions an image (20 lines) or one image row a caption. Line 19 is the last; was the file cut short?",
            Assert.Throws<DataException>(() => PrecomputedFolder.Open(folder.Path)).Message);
    }

    [Fact]
    public void Bad_files_are_named()
    {
        using TemporaryFolder folder = new();
        string Message() => Assert.Throws<DataException>(() => PrecomputedFolder.Open(folder.Path)).Message;
        WriteSplit(folder, "test", 2, 10);
        byte[] whole = File.ReadAllBytes(folder.At("test_ims.npy"));
        File.WriteAllBytes(folder.At("test_ims.npy"), whole[..^4]);
        Assert.Contains("test_ims.npy: holds 44 bytes of data where shape [2, 2, 3] of Float32 needs 48. Was the file cut short?", Message());
        // The header's first letters: a bit flipped in "NUMPY" is not numpy.
        byte[] flipped = [.. whole];
        flipped[2] ^= 4;
        File.WriteAllBytes(folder.At("test_ims.npy"), flipped);
        Assert.Contains("test_ims.npy", Message());
        File.WriteAllBytes(folder.At("test_ims.npy"), Replace(whole, "'<f4'", "'|O' "));
        Assert.Contains("object", Message());
        File.WriteAllBytes(folder.At("test_ims.npy"), Replace(whole, "False", "True "));
        Assert.Contains("Fortran", Message(), StringComparison.OrdinalIgnoreCase);
        NpyFile.Write(folder.At("test_ims.npy"), new long[12], 2, 2, 3);
        Assert.Contains("test_ims.npy, header: expected floats [N, D], [N, R, D] or [N, 3, H, W], or bytes [N, H, W, 3], found Int64 [2, 2, 3]", Message());
        WriteSplit(folder, "test", 2, 10);
        folder.Write("test_ids.txt", "1\n");
        Assert.Contains("test_ids.txt: expected 2 ids, one a row of test_ims.npy, found 1", Message());
        folder.Write("test_ids.txt", "1\nx\n");
        Assert.Contains("test_ids.txt, line 2: expected an integer, found \"x\"", Message());
        folder.Write("test_caps.txt", "");
        Assert.Contains("test_caps.txt: expected captions, found an empty file", Message());
        File.WriteAllBytes(folder.At("test_caps.txt"), [(byte)'a', 0xC3, 0x28, (byte)'\n']);
        Assert.Contains("test_caps.txt, near line 1: expected UTF-8 text", Message());
        File.Delete(folder.At("test_ims.npy"));
        WriteSplit(folder, "test", 2, 10);
        File.Delete(folder.At("test_ims.npy"));
        Assert.Contains("test_ims.npy: could not be opened", Message());
    }

    // Rounded, and said so: the file of half the size is one import away.
    [Fact]
    public void Features_in_float64_are_rounded_and_the_audit_says_so()
    {
        using TemporaryFolder folder = new();
        double[] values = [.. Enumerable.Range(0, 12).Select(i => i / 3.0)];
        WriteSplit(folder, "test", 2, 10);
        NpyFile.Write(folder.At("test_ims.npy"), values, 2, 2, 3);
        using PairDataset data = PrecomputedFolder.Open(folder.Path);
        using (ImageBatch batch = data.Images.Read([0, 1])) Assert.Equal(values.Select(value => (float)value), batch.ValueSpan.ToArray());
        AuditReport report = DatasetAudit.Run(data);
        Assert.True(report.IsSound);
        AuditFinding finding = Assert.Single(report.Findings, finding => finding.Code == "converted");
        Assert.Equal(AuditSeverity.Note, finding.Severity);
        Assert.Contains("test_ims.npy holds float64", finding.Message);
    }

    [Fact]
    public void Loops_headers_that_lie_and_splits_of_two_widths_are_named()
    {
        using TemporaryFolder folder = new();
        string Message() => Assert.Throws<DataException>(() => PrecomputedFolder.Open(folder.Path)).Message;
        WriteSplit(folder, "test", 2, 10);
        byte[] whole = File.ReadAllBytes(folder.At("test_ims.npy"));
        // A header of 4 GB, announced by a file of some bytes: nothing of that size is ever allocated.
        byte[] lies = [.. whole[..6], 2, 0, 255, 255, 255, 255, .. whole[10..]];
        File.WriteAllBytes(folder.At("test_ims.npy"), lies);
        Assert.Contains("test_ims.npy: ends inside the header: 4294967307 bytes announced", Message());
        File.WriteAllBytes(folder.At("test_ims.npy"), Replace(whole, "(2, 2, 3), }  ", "(2, 2, 300), }"));
        Assert.Contains("test_ims.npy: holds 48 bytes of data where shape [2, 2, 300] of Float32 needs 4800", Message());
        File.Delete(folder.At("test_ims.npy"));
        File.CreateSymbolicLink(folder.At("test_ims.npy"), "test_ims.npy");
        Assert.Contains("test_ims.npy: could not be opened: Too many levels of symbolic links", Message());
        File.Delete(folder.At("test_ims.npy"));
        WriteSplit(folder, "train", 2, 10);
        WriteSplit(folder, "test", 2, 10);
        NpyFile.Write(folder.At("test_ims.npy"), new float[8], 2, 2, 2);
        Assert.Contains($"test_ims.npy: expected Regions rows [2, 3], as in {folder.At("train_ims.npy")}, found Regions [2, 2]", Message());
        string loop = folder.At("loop");
        File.CreateSymbolicLink(loop, "loop");
        Assert.Contains("found a symbolic link that leads nowhere (broken, or a loop)", Assert.Throws<DataException>(() => DatasetSources.Open(loop)).Message);
    }

    [Fact]
    public void What_the_writer_writes_the_reader_reads()
    {
        using TemporaryFolder folder = new();
        using PairDataset scenes = SyntheticScenes.Open(new() { Train = 12, Validation = 3, Test = 4, Kind = ImageKind.Regions, MaximumObjects = 2 });
        PrecomputedWriter.Write(scenes, folder.Path);
        using PairDataset back = DatasetSources.Open(folder.Path);
        Same.Pairs(scenes, back, ids: false, tags: false);
        using PairDataset pixels = SyntheticScenes.Open(new() { Train = 2, Validation = 0, Test = 0 });
        Assert.Contains("this layout holds features, not pixels", Assert.Throws<DataException>(() => PrecomputedWriter.Write(pixels, folder.Path)).Message);
    }

    private static byte[] Replace(byte[] bytes, string old, string with)
    {
        byte[] copy = [.. bytes];
        int at = copy.AsSpan().IndexOf(System.Text.Encoding.ASCII.GetBytes(old));
        Assert.True(at > 0);
        System.Text.Encoding.ASCII.GetBytes(with).CopyTo(copy, at);
        return copy;
    }
}
