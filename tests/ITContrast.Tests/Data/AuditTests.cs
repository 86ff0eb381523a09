using ITContrast.Data;

namespace ITContrast.Tests.Data;

[KeepsTensors, Collection(LiveTensors.Name)]
public sealed class AuditTests
{
    /// <summary>Global features given row by row, with splits as lists of image rows; caption c of image i reads "i c".</summary>
    private static AuditReport Audit(
        float[][] features, (string Name, int[] Images)[] splits, long[]? ids = null, long[]? groups = null, Func<int, int, string>? caption = null,
        int captions = 5)
    {
        int[] imageOf = [.. Enumerable.Range(0, features.Length * captions).Select(i => i / captions)];
        PairTable table = new(
            [.. imageOf.Select((image, i) => (caption ?? ((a, b) => $"image {a} text {b}"))(image, i % captions))],
            imageOf,
            ids ?? [.. Enumerable.Range(0, features.Length).Select(i => (long)i)],
            groups: groups);
        IEnumerable<PairSplit> parts = splits.Select(split => new PairSplit(
            split.Name,
            split.Images,
            [.. split.Images.SelectMany(image => Enumerable.Range(image * captions, captions))],
            [.. Enumerable.Range(0, split.Images.Length * captions).Select(i => i / captions)]));
        using PairDataset data = new("made", new Rows(features), table, parts, "0");
        return DatasetAudit.Run(data);
    }

    private static float[][] Different(int count) => [.. Enumerable.Range(0, count).Select(i => new float[] { i, i * i, -1 })];

    private static readonly (string, int[])[] Parts = [("train", [0, 1, 2, 3]), ("test", [4, 5])];

    private static AuditFinding Only(AuditReport report, string code) => Assert.Single(report.Findings, finding => finding.Code == code);

    [Fact]
    public void A_clean_set_is_sound_and_counted()
    {
        AuditReport report = Audit(Different(6), Parts);
        Assert.True(report.IsSound);
        Assert.Empty(report.Findings);
        Assert.Equal(new AuditedSplit("train", 4, 20, 5, 5, 4, 4), report.Splits[0]);
        Assert.Equal((6, 6), (report.ImagesRead, report.ImageCount));
    }

    [Fact]
    public void The_same_picture_in_train_and_test_is_unsound()
    {
        float[][] features = Different(6);
        features[5] = features[1];
        AuditReport report = Audit(features, Parts);
        Assert.False(report.IsSound);
        Assert.Equal("train and test share 1 pictures by content (image rows 1 = 5).", Only(report, "image-in-two-splits").Message);
        // Between two evaluation splits it is a warning, within one split of different groups too.
        Assert.Equal(AuditSeverity.Warning, Only(Audit(features, [("val", [0, 1, 2, 3]), ("test", [4, 5])]), "image-in-two-splits").Severity);
        Assert.Equal(AuditSeverity.Warning, Only(Audit(features, [("test", [1, 5])]), "image-twice").Severity);
        Assert.Empty(Audit(features, [("test", [0, 1, 2, 5])], groups: [0, 7, 2, 3, 4, 7]).Findings);
    }

    [Fact]
    public void Ids_in_two_splits_are_unsound_unless_one_extends_the_other()
    {
        Assert.Equal(AuditSeverity.Unsound, Only(Audit(Different(6), Parts, ids: [0, 1, 2, 3, 4, 2]), "id-in-two-splits").Severity);
        Assert.Equal(AuditSeverity.Note, Only(Audit(Different(6), [("test", [0, 1]), ("testall", [0, 1, 2, 3, 4, 5])]), "id-in-two-splits").Severity);
        Assert.Equal(AuditSeverity.Unsound, Only(Audit(Different(6), Parts, ids: [0, 1, 2, 3, 4, 4]), "id-twice").Severity);
        Assert.Equal(AuditSeverity.Note, Only(Audit(Different(6), Parts, groups: [0, 1, 2, 3, 4, 2]), "group-in-two-splits").Severity);
    }

    [Fact]
    public void Values_that_say_nothing_are_found()
    {
        float[][] features = Different(6);
        features[4][1] = float.NaN;
        Assert.Equal("1 images have values that are not finite (image rows 4).", Only(Audit(features, Parts), "not-finite").Message);
        features[4][1] = float.NegativeInfinity;
        Assert.False(Audit(features, Parts).IsSound);
        features[4] = [2, 2, 2];
        Assert.Equal(1, Only(Audit(features, Parts), "constant-image").Count);
        float[][] same = [.. Enumerable.Range(0, 6).Select(i => i < 4 ? new float[] { 1, 2, 3 } : [i, 0, 0])];
        Assert.Equal(
            "4 of 6 images have the same values: no score can tell them apart.",
            Only(Audit(same, [("test", [0, 1, 2, 3, 4, 5])]), "constant-features").Message);
    }

    [Fact]
    public void Captions_are_compared_between_and_within_splits()
    {
        Assert.Equal(
            "train and test share 1 captions (\"same\").",
            Only(Audit(Different(6), Parts, caption: (image, c) => image is 0 or 4 && c == 0 ? "same" : $"{image} {c}"), "caption-in-two-splits").Message);
        Assert.Equal(
            AuditSeverity.Warning,
            Only(Audit(Different(6), Parts, caption: (image, c) => image > 3 && c == 0 ? "same" : $"{image} {c}"), "caption-of-two-groups").Severity);
        Assert.Equal(
            AuditSeverity.Unsound,
            Only(Audit(Different(6), Parts, caption: (image, c) => image == 4 && c == 2 ? "  " : $"{image} {c}"), "empty-caption").Severity);
        Assert.Contains(
            Audit(Different(2), [("test", [0, 1])], captions: 0).Findings,
            finding => finding is { Code: "empty-split", Severity: AuditSeverity.Unsound });
    }

    // Counted with another program: no caption is shared by two test concepts, three are by train and test, ten by concepts of rest.
    [Fact]
    public void Pictocap_is_sound_and_its_shared_captions_are_counted()
    {
        using PairDataset data = PictoCap.Open();
        AuditReport report = DatasetAudit.Run(data);
        Assert.True(report.IsSound, string.Join("\n", report.Findings.Select(finding => finding.Message)));
        Assert.DoesNotContain(
            report.Findings,
            finding => finding.Code == "caption-of-two-groups" && finding.Message.StartsWith("test:", StringComparison.Ordinal));
        Assert.Contains(
            report.Findings,
            finding => finding is { Code: "caption-of-two-groups", Count: 10 } && finding.Message.StartsWith("rest:", StringComparison.Ordinal));
        Assert.Contains(
            report.Findings,
            finding => finding is { Code: "caption-in-two-splits", Count: 3 } && finding.Message.StartsWith("train and test", StringComparison.Ordinal));
        Assert.Equal(7673, report.ImagesRead);
    }

    [Fact]
    public void A_contact_sheet_shows_pictures_and_escapes_captions()
    {
        using PairDataset data = PictoCap.Open();
        string page = new ContactSheet(data, "test", 6, seed: 3).ToPage();
        Assert.Equal(6, System.Text.RegularExpressions.Regex.Count(page, "src=\"data:image/png;base64,"));
        Assert.Equal(30, System.Text.RegularExpressions.Regex.Count(page, "<li>"));
        Assert.Equal(page, new ContactSheet(data, "test", 6, seed: 3).ToPage());
        using PairDataset hostile = new(
            "<b>", new Rows(Different(1)), new PairTable(["<script>alert(1)</script>"], [0], [1]), [new PairSplit("train", [0], [0], [0])], "0");
        Assert.DoesNotContain("<script>", new ContactSheet(hostile).ToPage());
    }

    private sealed class Rows(float[][] features) : IImageSource
    {
        public ImageKind Kind => ImageKind.Global;

        public int Count => features.Length;

        public IReadOnlyList<long> RowShape => [features[0].Length];

        public ImageBatch Read(ReadOnlySpan<int> rows)
        {
            ImageBatch batch = ImageBatch.Allocate(Kind, [rows.Length, features[0].Length]);
            for (int i = 0; i < rows.Length; i++) features[rows[i]].CopyTo(batch.ValueSpan[(i * features[0].Length)..]);
            return batch;
        }

        public void Dispose() { }
    }
}
