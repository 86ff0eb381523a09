using System.Collections;

namespace ITContrast.Data;

/// <summary>How an epoch is cut into batches.</summary>
public sealed record BatchPlanOptions
{
    /// <summary>
    /// One caption an image and epoch (default): caption (start + epoch) mod n, start drawn once an image, so that n epochs see each caption once. False: every
    /// caption is a pair of its own.
    /// </summary>
    public bool OneCaptionPerImage { get; init; } = true;

    /// <summary>Leaves out a last batch smaller than the batch size, so that in-batch negatives are as many in every step. True by default.</summary>
    public bool DropLast { get; init; } = true;

    /// <summary>
    /// Token counts by caption row of the data set: batches then hold captions of similar length (pools of <see cref="PoolBatches"/> batches are sorted by
    /// length), which trims padding. Null: batches are uniform draws.
    /// </summary>
    public IReadOnlyList<int>? CaptionLengths { get; init; }

    /// <summary>Batches a pool, at least 1; ignored when <see cref="CaptionLengths"/> is null. Larger pools pad less and mix less.</summary>
    public int PoolBatches { get; init; } = 8;
}

/// <summary>
/// The batches of one epoch as arrays of caption rows: a pure function of (split, options, seed, epoch).
/// </summary>
public sealed class BatchPlan : IReadOnlyList<int[]>
{
    private readonly int[][] batches;

    /// <param name="split">The split to draw from.</param>
    /// <param name="batchSize">Pairs a batch, at least 1.</param>
    /// <param name="seed">The run's seed.</param>
    /// <param name="epoch">0-based.</param>
    /// <param name="options">Defaults when null.</param>
    /// <exception cref="ArgumentException">The split is empty or, with <see cref="BatchPlanOptions.DropLast"/>, smaller than one batch.</exception>
    public BatchPlan(PairSplit split, int batchSize, ulong seed, int epoch, BatchPlanOptions? options = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(epoch);
        options ??= new();
        ArgumentOutOfRangeException.ThrowIfLessThan(options.PoolBatches, 1, nameof(options));
        int[] rows = options.OneCaptionPerImage ? OneEach(split, seed, epoch) : [.. split.CaptionRows];
        if (rows.Length == 0) throw new ArgumentException($"Split {split.Name} has no captions to draw.", nameof(split));
        if (options.DropLast && rows.Length < batchSize)
            throw new ArgumentException(
                $"Split {split.Name} gives {rows.Length} pairs an epoch, fewer than one batch of {batchSize}. Lower the batch size or keep the last batch.",
                nameof(batchSize));
        RandomStream stream = new(seed, "batch-order", epoch);
        stream.Shuffle<int>(rows);
        int kept = options.DropLast ? rows.Length - rows.Length % batchSize : rows.Length;
        if (options.CaptionLengths is { } lengths)
            for (int start = 0, pool = options.PoolBatches * batchSize; start < kept; start += pool)
                SortByLength(rows.AsSpan(start, Math.Min(pool, kept - start)), lengths);
        batches = [.. rows.Take(kept).Chunk(batchSize)];
        // A short last batch stays last; sorting must not move it into the middle of the epoch.
        stream.Shuffle<int[]>(batches.AsSpan(0, kept / batchSize));
    }

    /// <summary>The number of batches.</summary>
    public int Count => batches.Length;

    /// <summary>Caption rows of a batch.</summary>
    public int[] this[int index] => batches[index];

    /// <inheritdoc/>
    public IEnumerator<int[]> GetEnumerator() => ((IEnumerable<int[]>)batches).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private static int[] OneEach(PairSplit split, ulong seed, int epoch)
    {
        RandomStream start = new(seed, "caption-start");
        List<int> rows = new(split.ImageRows.Length);
        foreach (int[] captions in split.CaptionsByImage())
        {
            // Drawn for images without captions too, so that adding a caption moves no other image's choice.
            long pick = (long)(start.NextUInt64() >> 33) + epoch;
            if (captions.Length > 0) rows.Add(split.CaptionRows[captions[pick % captions.Length]]);
        }
        return [.. rows];
    }

    private static void SortByLength(Span<int> rows, IReadOnlyList<int> lengths) =>
        // Rows of one length keep their shuffled order: a stable sort by (length, place).
        rows.ToArray()
            .Select((row, place) => (row, place))
            .OrderBy(item => lengths[item.row])
            .ThenBy(item => item.place)
            .Select(item => item.row)
            .ToArray()
            .CopyTo(rows);
}
