using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace ITContrast.Data;

/// <summary>The part of the audit that reads the images' values: duplicates by content, values that are not finite, rows that say nothing.</summary>
internal sealed class ImageAudit(PairDataset dataset)
{
    private readonly Dictionary<UInt128, List<int>> byContent = [];
    private readonly List<int> notFinite = [], constant = [];
    private int read;

    /// <summary>Reads rows.</summary>
    public void Add(int[] rows)
    {
        using ImageBatch batch = dataset.Images.Read(rows);
        ReadOnlySpan<float> values = batch.ValueSpan;
        int size = values.Length / rows.Length;
        Span<byte> digest = stackalloc byte[32];
        for (int i = 0; i < rows.Length; i++)
        {
            ReadOnlySpan<float> row = values.Slice(i * size, size);
            if (batch.Counts is not null) row = row[..(int)(batch.CountSpan[i] * (size / batch.Values.shape[1]))];
            read++;
            if (!AllFinite(row)) notFinite.Add(rows[i]);
            else if (row.Length == 0 || row[1..].SequenceEqual(row[..^1])) constant.Add(rows[i]);
            SHA256.HashData(MemoryMarshal.AsBytes(row), digest);
            (CollectionsMarshal.GetValueRefOrAddDefault(byContent, MemoryMarshal.Read<UInt128>(digest), out _) ??= []).Add(rows[i]);
        }
    }

    /// <summary>Says what was found.</summary>
    public void Report(PairSplit[] splits, List<AuditFinding> findings)
    {
        if (notFinite.Count > 0)
            findings.Add(
                new(
                    AuditSeverity.Unsound, "not-finite", notFinite.Count,
                    $"{notFinite.Count} images have values that are not finite (image rows {DatasetAudit.First(notFinite)})."));
        if (constant.Count > 0)
            findings.Add(
                new(
                    constant.Count * 100L > read ? AuditSeverity.Unsound : AuditSeverity.Warning, "constant-image", constant.Count,
                    $"{constant.Count} of {read} images have one value throughout (image rows {DatasetAudit.First(constant)})."));
        List<int> largest = byContent.Values.MaxBy(rows => rows.Count) ?? [];
        if (read > 2 && largest.Count * 2 > read)
            findings.Add(
                new(
                    AuditSeverity.Unsound, "constant-features", largest.Count,
                    $"{largest.Count} of {read} images have the same values: no score can tell them apart."));
        List<int>[] repeated = [.. byContent.Values.Where(rows => rows.Count > 1)];
        foreach (PairSplit split in splits)
        {
            HashSet<int> inside = [.. split.ImageRows];
            List<int>[] within =
            [
                .. repeated.Select(rows => rows.Where(inside.Contains).ToList()).Where(rows => rows.Select(dataset.Group).Distinct().Count() > 1),
            ];
            if (within.Length > 0)
                findings.Add(
                    new(
                        AuditSeverity.Warning,
                        "image-twice",
                        within.Length,
                        $"{split.Name}: {within.Length} pictures occur more than once under different groups (image rows {DatasetAudit.First(within.Select(rows => string.Join(" = ", rows.Take(3))))})."
                    ));
        }
        foreach ((PairSplit a, PairSplit b) in DatasetAudit.Pairs(splits))
        {
            HashSet<int> first = [.. a.ImageRows], second = [.. b.ImageRows];
            // The same row in both splits is reported by its id.
            (int, int)[] shared =
            [
                .. repeated
                    .Select(rows => (rows.FirstOrDefault(first.Contains, -1), rows.FirstOrDefault(row => second.Contains(row) && !first.Contains(row), -1)))
                    .Where(pair => pair is (>= 0, >= 0)),
            ];
            if (shared.Length > 0)
                findings.Add(
                    new(
                        DatasetAudit.Across(a, b),
                        "image-in-two-splits",
                        shared.Length,
                        $"{a.Name} and {b.Name} share {shared.Length} pictures by content (image rows {DatasetAudit.First(shared.Select(pair => $"{pair.Item1} = {pair.Item2}"))})."
                    ));
        }
    }

    private static bool AllFinite(ReadOnlySpan<float> row)
    {
        // 0·x is 0 for every finite x and NaN for the others: one pass without a branch.
        float sum = 0;
        foreach (float value in row) sum += 0 * value;
        return sum == 0;
    }
}
