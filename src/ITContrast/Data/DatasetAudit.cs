namespace ITContrast.Data;

/// <summary>How much of the images an audit reads.</summary>
public sealed record AuditOptions
{
    /// <summary>Images read at most, evenly spread over each split; all by default.</summary>
    public int MaximumImages { get; init; } = int.MaxValue;

    /// <summary>Told the images read so far, of those to read.</summary>
    public IProgress<(long Done, long Total)>? Progress { get; init; }
}

/// <summary>
/// Looks for what makes an evaluation unsound: training images or ids in an evaluation split, evaluation images without captions, values that are not finite,
/// features that are all alike. Splits named "train…" or "restval…" are for training, all others for evaluation; "test" within "testall" (COCO) is
/// known and only noted; "rest" (pictocap's extended gallery) has no queries, so what it shares is a warning.
/// </summary>
public static class DatasetAudit
{
    private const int Examples = 3;

    /// <summary>Audits a data set. Reads the images' values once, a batch at a time.</summary>
    public static AuditReport Run(PairDataset dataset, AuditOptions? options = null)
    {
        options ??= new();
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaximumImages, 1, nameof(options));
        List<AuditFinding> findings = [];
        PairSplit[] splits = [.. dataset.SplitNames.Select(dataset.Split)];
        AuditedSplit[] numbers = [.. splits.Select(split => Count(dataset, split, findings))];
        CompareSplits(dataset, splits, findings);
        CompareCaptions(dataset, splits, findings);
        findings.AddRange(dataset.Images.Remarks.Select(remark => new AuditFinding(AuditSeverity.Note, "converted", 1, remark)));
        int read = ReadImages(dataset, splits, options, findings);
        return new AuditReport(
            dataset.Name,
            dataset.ContentHash,
            numbers,
            read,
            dataset.ImageCount,
            [.. findings.OrderByDescending(finding => finding.Severity)]);
    }

    internal static bool IsTraining(string split) =>
        split.StartsWith("train", StringComparison.Ordinal) || split.StartsWith("restval", StringComparison.Ordinal);

    private static AuditedSplit Count(PairDataset dataset, PairSplit split, List<AuditFinding> findings)
    {
        int[] each = new int[split.ImageRows.Length];
        foreach (int position in split.ImageOf) each[position]++;
        int[] without = [.. Enumerable.Range(0, each.Length).Where(i => each[i] == 0).Select(i => split.ImageRows[i])];
        if (each.Length == 0 || split.CaptionRows.Length == 0)
            findings.Add(
                new(
                    AuditSeverity.Unsound, "empty-split", 1,
                    $"{split.Name} has {each.Length} images and {split.CaptionRows.Length} captions; queries need both."));
        else if (without.Length > 0)
            findings.Add(
                new(
                    IsTraining(split.Name) ? AuditSeverity.Warning : AuditSeverity.Unsound, "image-without-captions", without.Length,
                    $"{split.Name}: {without.Length} images have no caption (image rows {First(without)})."));
        else if (each.Min() != each.Max())
            findings.Add(
                new(AuditSeverity.Note, "uneven-captions", each.Max() - each.Min(), $"{split.Name}: images have {each.Min()} to {each.Max()} captions."));
        int[] blank = [.. split.CaptionRows.Where(row => string.IsNullOrWhiteSpace(dataset.Caption(row)))];
        if (blank.Length > 0)
            findings.Add(
                new(AuditSeverity.Unsound, "empty-caption", blank.Length, $"{split.Name}: {blank.Length} captions are empty (caption rows {First(blank)})."));
        double words = split.CaptionRows.Length == 0 ? 0 : split.CaptionRows.Average(row => (double)Text.Words.Of(dataset.Caption(row)).Count);
        return new AuditedSplit(
            split.Name, each.Length, split.CaptionRows.Length, each.DefaultIfEmpty().Min(), each.DefaultIfEmpty().Max(),
            split.ImageRows.Select(dataset.Group).Distinct().Count(), words);
    }

    private static void CompareSplits(PairDataset dataset, PairSplit[] splits, List<AuditFinding> findings)
    {
        foreach (PairSplit split in splits)
        {
            long[] twice = [.. split.ImageRows.Select(dataset.ImageId).CountBy(id => id).Where(pair => pair.Value > 1).Select(pair => pair.Key)];
            if (twice.Length > 0)
                findings.Add(
                    new(
                        IsTraining(split.Name) ? AuditSeverity.Warning : AuditSeverity.Unsound, "id-twice", twice.Length,
                        $"{split.Name}: {twice.Length} image ids occur more than once ({First(twice)})."));
        }
        foreach ((PairSplit a, PairSplit b) in Pairs(splits))
        {
            HashSet<long> ids = [.. a.ImageRows.Select(dataset.ImageId)], groups = [.. a.ImageRows.Select(dataset.Group)];
            long[] sharedIds = [.. b.ImageRows.Select(dataset.ImageId).Where(ids.Contains).Distinct()],
                sharedGroups = [.. b.ImageRows.Select(dataset.Group).Where(groups.Contains).Distinct()];
            if (sharedIds.Length > 0)
                findings.Add(
                    new(Across(a, b), "id-in-two-splits", sharedIds.Length, $"{a.Name} and {b.Name} share {sharedIds.Length} image ids ({First(sharedIds)})."));
            else if (sharedGroups.Length > 0)
                findings.Add(
                    new(
                        AuditSeverity.Note, "group-in-two-splits", sharedGroups.Length,
                        $"{a.Name} and {b.Name} share {sharedGroups.Length} groups: their concepts are not unseen."));
        }
    }

    private static void CompareCaptions(PairDataset dataset, PairSplit[] splits, List<AuditFinding> findings)
    {
        foreach (PairSplit split in splits.Where(split => !IsTraining(split.Name)))
        {
            string[] shared =
            [
                .. split
                    .CaptionRows.Select(row => (Text: dataset.Caption(row), Group: dataset.Group(dataset.ImageOf(row))))
                    .Distinct()
                    .CountBy(item => item.Text)
                    .Where(pair => pair.Value > 1)
                    .Select(pair => pair.Key),
            ];
            if (shared.Length > 0)
                findings.Add(
                    new(
                        AuditSeverity.Warning, "caption-of-two-groups", shared.Length,
                        $"{split.Name}: {shared.Length} captions describe images of different groups ({Quoted(shared)}): each has positives that count as errors."
                    ));
        }
        foreach ((PairSplit a, PairSplit b) in Pairs(splits))
        {
            if (Across(a, b) == AuditSeverity.Note) continue;
            HashSet<string> texts = [.. a.CaptionRows.Select(dataset.Caption)];
            string[] shared = [.. b.CaptionRows.Select(dataset.Caption).Where(texts.Contains).Distinct()];
            if (shared.Length > 0)
                findings.Add(
                    new(
                        AuditSeverity.Warning, "caption-in-two-splits", shared.Length,
                        $"{a.Name} and {b.Name} share {shared.Length} captions ({Quoted(shared)})."));
        }
    }

    private static int ReadImages(PairDataset dataset, PairSplit[] splits, AuditOptions options, List<AuditFinding> findings)
    {
        ImageAudit images = new(dataset);
        int[] rows =
        [
            .. splits
                .SelectMany(split =>
                    Spread(
                        split.ImageRows,
                        (int)Math.Min(int.MaxValue, (long)options.MaximumImages * split.ImageRows.Length / Math.Max(1, splits.Sum(s => s.ImageRows.Length)) + 1)
                    ))
                .Distinct(),
        ];
        for (int done = 0; done < rows.Length;)
        {
            int[] chunk = rows[done..Math.Min(rows.Length, done + 32)];
            images.Add(chunk);
            done += chunk.Length;
            options.Progress?.Report((done, rows.Length));
        }
        images.Report(splits, findings);
        return rows.Length;
    }

    /// <summary>Two splits' severity when they share images.</summary>
    internal static AuditSeverity Across(PairSplit a, PairSplit b) =>
        IsTraining(a.Name) != IsTraining(b.Name) ? a.Name == "rest" || b.Name == "rest" ? AuditSeverity.Warning : AuditSeverity.Unsound
        : a.Name.StartsWith(b.Name, StringComparison.Ordinal) || b.Name.StartsWith(a.Name, StringComparison.Ordinal) ? AuditSeverity.Note
        : AuditSeverity.Warning;

    internal static IEnumerable<(PairSplit, PairSplit)> Pairs(PairSplit[] splits)
    {
        for (int i = 0; i < splits.Length; i++)
            for (int j = i + 1; j < splits.Length; j++) yield return (splits[i], splits[j]);
    }

    internal static string First<T>(IEnumerable<T> items) => string.Join(", ", items.Take(Examples)) + (items.Skip(Examples).Any() ? ", …" : "");

    private static string Quoted(IEnumerable<string> texts) => First(texts.Select(text => $"\"{(text.Length > 50 ? text[..50] + "…" : text)}\""));

    private static IEnumerable<int> Spread(int[] rows, int limit) =>
        rows.Length <= limit ? rows : Enumerable.Range(0, limit).Select(i => rows[(long)i * rows.Length / limit]);
}
