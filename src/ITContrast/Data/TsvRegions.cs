using System.Buffers.Text;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace ITContrast.Data;

/// <summary>
/// Regions in a TSV with base64 columns, of two makes:
/// <code>
///   OSCAR, VinVL           image_id ⇥ num_boxes ⇥ … ⇥ features [n, 2054]
///   bottom-up attention    image_id ⇥ image_w ⇥ image_h ⇥ num_boxes ⇥ boxes [n, 4] ⇥ features [n, 2048]
/// </code>
/// both little-endian float32. A row is decoded when it is read. Rows beyond <see cref="MaximumRegions"/> are cut, as OSCAR does; missing ones are zero.
/// Source: METHODS.md 6.3 and 6.5; microsoft/Oscar, run_retrieval.py [V].
/// </summary>
public sealed class TsvRegions : IImageSource
{
    private readonly IndexedLines lines;
    private readonly bool bottomUp;
    private readonly int width;
    private long[]? ids;

    private TsvRegions(IndexedLines lines, bool bottomUp, int maximum)
    {
        (this.lines, this.bottomUp, MaximumRegions) = (lines, bottomUp, maximum);
        if (lines.Count == 0) throw DataException.At(lines.Path, "", "at least one row", "an empty file");
        width = 0;
        (_, float[] values, _, int count) = Parse(0);
        width = values.Length / count;
        RowShape = [maximum, width];
    }

    /// <inheritdoc/>
    public ImageKind Kind => ImageKind.Regions;

    /// <inheritdoc/>
    public int Count => lines.Count;

    /// <inheritdoc/>
    public IReadOnlyList<long> RowShape { get; }

    /// <summary>Regions kept of an image.</summary>
    public int MaximumRegions { get; }

    /// <summary>Opens a file; its make is told by its columns.</summary>
    /// <param name="path">The TSV.</param>
    /// <param name="indexPath">Its <c>.lineidx</c>; the file beside it when null, and one pass over the file where there is none.</param>
    /// <param name="maximumRegions">Regions kept of an image; OSCAR takes 50, VinVL 70, bottom-up attention at most 100.</param>
    /// <exception cref="DataException">Missing, empty, or a first row of neither make.</exception>
    public static TsvRegions Open(string path, string? indexPath = null, int maximumRegions = 50)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maximumRegions, 1);
        indexPath ??= Path.ChangeExtension(path, ".lineidx");
        IndexedLines lines = IndexedLines.Open(path, File.Exists(indexPath) ? indexPath : null);
        try
        {
            int columns = lines.Count == 0 ? 0 : lines.Line(0).AsSpan().Count((byte)'\t') + 1;
            bool bottomUp = columns == 6 && Base64.IsValid(Column(lines.Line(0), 4)) && Column(lines.Line(0), 4).Length >= 16;
            return new TsvRegions(lines, bottomUp, maximumRegions);
        }
        catch
        {
            lines.Dispose();
            throw;
        }
    }

    /// <summary>The id of each row (its first column), read on first use.</summary>
    public IReadOnlyList<long> Ids => ids ??= [.. Enumerable.Range(0, Count).Select(row => Id(row, Column(lines.Line(row), 0)))];

    /// <summary>The id of one row.</summary>
    public long IdOf(int row) => ids is null ? Id(row, Column(lines.Line(row), 0)) : ids[row];

    /// <inheritdoc/>
    public ImageBatch Read(ReadOnlySpan<int> rows)
    {
        ImageBatch batch = ImageBatch.Allocate(Kind, [rows.Length, MaximumRegions, width], boxes: bottomUp || width == 2054);
        try
        {
            Span<float> values = batch.ValueSpan, boxes = batch.BoxSpan;
            for (int i = 0; i < rows.Length; i++)
            {
                (_, float[] features, float[]? found, int count) = Parse(rows[i]);
                count = Math.Min(count, MaximumRegions);
                Span<float> target = values.Slice(i * MaximumRegions * width, MaximumRegions * width);
                features.AsSpan(0, count * width).CopyTo(target);
                target[(count * width)..].Clear();
                batch.CountSpan[i] = count;
                if (batch.Boxes is null) continue;
                Span<float> box = boxes.Slice(i * MaximumRegions * 4, MaximumRegions * 4);
                box.Clear();
                for (int r = 0; r < count; r++)
                    (found is null ? features.AsSpan(r * width + 2048, 4) : found.AsSpan(4 * r, 4)).CopyTo(box[(4 * r)..]);
            }
            return batch;
        }
        catch
        {
            batch.Dispose();
            throw;
        }
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => lines.Dispose();

    private (long Id, float[] Features, float[]? Boxes, int Count) Parse(int row)
    {
        byte[] line = lines.Line(row);
        int columns = line.AsSpan().Count((byte)'\t') + 1;
        if (columns < (bottomUp ? 6 : 3)) throw Bad(row, bottomUp ? "6 columns" : "image id, number of boxes and features", $"{columns} columns");
        long id = Id(row, Column(line, 0));
        int count = Number(row, Column(line, bottomUp ? 3 : 1), "a number of boxes");
        if (count < 1) throw Bad(row, "at least one box", $"{count}");
        float[] features = Floats(row, Column(line, columns - 1), "features");
        if (features.Length % count != 0 || width != 0 && features.Length != count * width)
            throw Bad(row, width == 0 ? $"features of {count} boxes" : $"{count} × {width} features", $"{features.Length} numbers");
        if (!bottomUp) return (id, features, null, count);
        float[] boxes = Floats(row, Column(line, 4), "boxes");
        if (boxes.Length != 4 * count) throw Bad(row, $"{count} × 4 box numbers", $"{boxes.Length}");
        float w = Number(row, Column(line, 1), "the image's width"), h = Number(row, Column(line, 2), "the image's height");
        for (int i = 0; i < boxes.Length; i++) boxes[i] /= i % 2 == 0 ? w : h;
        return (id, features, boxes, count);
    }

    private static ReadOnlySpan<byte> Column(ReadOnlySpan<byte> line, int index)
    {
        for (; index > 0; index--)
        {
            int tab = line.IndexOf((byte)'\t');
            if (tab < 0) return [];
            line = line[(tab + 1)..];
        }
        int end = line.IndexOf((byte)'\t');
        return end < 0 ? line : line[..end];
    }

    private long Id(int row, ReadOnlySpan<byte> text) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long id) ? id : throw Bad(row, "an image id", $"\"{Show(text)}\"");

    private int Number(int row, ReadOnlySpan<byte> text, string what) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : throw Bad(row, what, $"\"{Show(text)}\"");

    private float[] Floats(int row, ReadOnlySpan<byte> text, string what)
    {
        byte[] bytes = new byte[Base64.GetMaxDecodedFromUtf8Length(text.Length)];
        if (Base64.DecodeFromUtf8(text, bytes, out int read, out int written) != System.Buffers.OperationStatus.Done || read != text.Length)
            throw Bad(row, $"{what} in base64", $"another character after {read} of {text.Length}");
        if (written % 4 != 0) throw Bad(row, $"{what} as whole float32 numbers", $"{written} bytes");
        return MemoryMarshal.Cast<byte, float>(bytes.AsSpan(0, written)).ToArray();
    }

    private DataException Bad(int row, string expected, string found) => DataException.At(lines.Path, $"row {row}", expected, found);

    private static string Show(ReadOnlySpan<byte> text) => Encoding.UTF8.GetString(text[..Math.Min(text.Length, 40)]);
}
