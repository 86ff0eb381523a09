using System.Runtime.InteropServices;
using ITContrast.Torch;
using Microsoft.Win32.SafeHandles;

namespace ITContrast.Data;

/// <summary>
/// Images in mapped <c>.npy</c> files: regions <c>[N, R, D]</c> (with counts <c>[N]</c> and boxes <c>[N, R, 4]</c> where there are files of them), global
/// features
/// <c>[N, D]</c>, pixels <c>[N, H, W, 3]</c> of bytes or <c>[N, 3, H, W]</c> of floats in 0..1. A batch's rows go from the page cache into its tensor in one
/// copy:
/// runs of consecutive float32 rows by one read, other types through the mapping, float64 rounded to float32.
/// </summary>
public sealed class NpyImages : IImageSource
{
    private readonly NpyFile values;
    private readonly NpyFile? boxes;
    private readonly long[]? counts;
    private readonly int repeat;
    private readonly bool bytes;
    private readonly SafeFileHandle? direct;
    private readonly long dataStart;

    private NpyImages(NpyFile values, long[]? counts, NpyFile? boxes, int repeat)
    {
        (this.values, this.counts, this.boxes, this.repeat) = (values, counts, boxes, repeat);
        IReadOnlyList<long> shape = values.Shape;
        bytes = values.Dtype == ElementType.UInt8;
        bool floats = values.Dtype is ElementType.Float32 or ElementType.Float16 or ElementType.Float64 or ElementType.BFloat16;
        (ImageKind Kind, long[] Row)? layout = shape.Count switch
        {
            2 when floats => (ImageKind.Global, [shape[1]]),
            3 when floats => (ImageKind.Regions, [shape[1], shape[2]]),
            4 when floats && shape[1] == 3 => (ImageKind.Pixels, [3, shape[2], shape[3]]),
            4 when bytes && shape[3] == 3 => (ImageKind.Pixels, [3, shape[1], shape[2]]),
            _ => null,
        };
        if (layout is not { } found || shape.Skip(1).Any(extent => extent == 0))
            throw DataException.At(
                values.Path, "header", "floats [N, D], [N, R, D] or [N, 3, H, W], or bytes [N, H, W, 3]", $"{values.Dtype} [{string.Join(", ", shape)}]");
        (Kind, RowShape) = found;
        if (shape[0] % repeat != 0) throw DataException.At(values.Path, "header", $"rows in groups of {repeat}", $"{shape[0]} rows");
        Count = checked((int)(shape[0] / repeat));
        CheckCounts();
        if (values.Dtype == ElementType.Float32)
        {
            direct = File.OpenHandle(values.Path);
            dataStart = RandomAccess.GetLength(direct) - values.View.ByteLength;
        }
        if (boxes is not null && (Kind != ImageKind.Regions || !boxes.Shape.SequenceEqual([shape[0], shape[1], 4])))
            throw DataException.At(
                boxes.Path, "header", $"shape [{shape[0]}, {(shape.Count > 1 ? shape[1] : 0)}, 4], as {Path.GetFileName(values.Path)} has",
                $"[{string.Join(", ", boxes.Shape)}]");
    }

    /// <inheritdoc/>
    public ImageKind Kind { get; }

    /// <inheritdoc/>
    public int Count { get; }

    /// <inheritdoc/>
    public IReadOnlyList<long> RowShape { get; }

    /// <inheritdoc/>
    public IReadOnlyList<string> Remarks => values.Dtype == ElementType.Float64
        ?
        [
            $"{values.Path} holds float64 where the layout has float32: values are rounded to float32 on reading, and the file is twice as large as it need be.",
        ]
        : [];

    /// <summary>Maps the files.</summary>
    /// <param name="path">The values.</param>
    /// <param name="countsPath">Integers <c>[N]</c>, valid regions of each image; all R when null.</param>
    /// <param name="boxesPath">Floats <c>[N, R, 4]</c>; none when null.</param>
    /// <param name="repeat">Each image occupies this many consecutive, equal rows, of which the first is read (old vsepp files repeat an image for each
    /// caption).</param>
    /// <exception cref="DataException">A file is missing, cut, of another type or shape, or a count is not within 0..R.</exception>
    public static NpyImages Open(string path, string? countsPath = null, string? boxesPath = null, int repeat = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(repeat, 1);
        long[]? counts = countsPath is null ? null : Guarded.ReadIntegers(countsPath);
        NpyFile values = Guarded.OpenNpy(path);
        NpyFile? boxes = null;
        try
        {
            boxes = boxesPath is null ? null : Guarded.OpenNpy(boxesPath);
            return new NpyImages(values, counts, boxes, repeat);
        }
        catch
        {
            values.Dispose();
            boxes?.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public ImageBatch Read(ReadOnlySpan<int> rows)
    {
        foreach (int row in rows)
            if ((uint)row >= (uint)Count)
                throw new ArgumentOutOfRangeException(nameof(rows), $"{values.Path}: expected an image row below {Count}, found {row}.");
        ImageBatch batch = ImageBatch.Allocate(Kind, [rows.Length, .. RowShape], boxes is not null);
        try
        {
            Span<float> all = batch.ValueSpan, allBoxes = batch.BoxSpan;
            int size = (int)values.RowLength;
            if (direct is not null) ReadRuns(direct, rows, all, size);
            for (int i = 0; i < rows.Length; i++)
            {
                long row = (long)rows[i] * repeat;
                Span<float> target = all.Slice(i * size, size);
                if (bytes) new RgbImage((int)RowShape[2], (int)RowShape[1], values.Rows<byte>(row, 1).ToArray()).CopyPlanes(target);
                else if (direct is null) values.ReadRows(row, target);
                if (Kind != ImageKind.Regions) continue;
                int regions = (int)(counts is null ? RowShape[0] : counts[row]), width = (int)RowShape[1];
                batch.CountSpan[i] = regions;
                target[(regions * width)..].Clear();
                boxes?.ReadRows(row, allBoxes.Slice(i * (int)boxes.RowLength, (int)boxes.RowLength));
            }
            return batch;
        }
        catch
        {
            batch.Dispose();
            throw;
        }
    }

    /// <summary>Closes the mappings.</summary>
    public void Dispose()
    {
        values.Dispose();
        boxes?.Dispose();
        direct?.Dispose();
    }

    private void ReadRuns(SafeFileHandle file, ReadOnlySpan<int> rows, Span<float> into, int size)
    {
        for (int i = 0, run; i < rows.Length; i += run)
        {
            for (run = 1; repeat == 1 && i + run < rows.Length && rows[i + run] == rows[i] + run;) run++;
            Span<byte> target = MemoryMarshal.AsBytes(into.Slice(i * size, run * size));
            long at = dataStart + (long)rows[i] * repeat * size * sizeof(float);
            while (target.Length > 0)
            {
                int got = RandomAccess.Read(file, target, at);
                if (got == 0)
                    throw DataException.At(
                        values.Path, $"row {rows[i]}", $"{target.Length} more bytes from byte {at}", "the end of the file",
                        "The file was cut short after it was opened.");
                target = target[got..];
                at += got;
            }
        }
    }

    private void CheckCounts()
    {
        if (counts is null) return;
        if (Kind != ImageKind.Regions)
            throw DataException.At(values.Path, "header", "regions [N, R, D] beside a file of counts", $"[{string.Join(", ", values.Shape)}]");
        if (counts.Length != values.RowCount) throw DataException.At(values.Path, "counts", $"{values.RowCount} counts, one a row", $"{counts.Length}");
        for (int i = 0; i < counts.Length; i++)
            if (counts[i] < 0 || counts[i] > RowShape[0])
                throw DataException.At(values.Path, $"counts, row {i}", $"0 to {RowShape[0]} regions", $"{counts[i]}");
    }
}
