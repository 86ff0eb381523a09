using System.Text.Json;
using ITContrast.Torch;

namespace ITContrast.Data;

/// <summary>
/// This project's own layout, one folder a data set:
/// <code>
///   dataset.json     {"format": "itcontrast-mapped", "version": 1, "name", "images": N, "captions": M, "source"}
///   images.npy       float32 [N, R, D] or [N, D], or bytes [N, H, W, 3]
///   counts.npy       int64 [N], valid regions          (regions only)
///   boxes.npy        float32 [N, R, 4], relative        (where the source has boxes)
///   captions.jsonl   one image a line: {"imgid", "filename", "split", "group", "tags": [], "sentids": [], "sentences": [{"sentid", "raw"}]}
/// </code>
/// An image may be in several splits: its line then lists them in "splits".
/// </summary>
public static class MappedFolder
{
    private const string Format = "itcontrast-mapped";

    /// <summary>Whether the folder has this layout.</summary>
    public static bool Is(string folder) => File.Exists(Path.Combine(folder, "dataset.json")) && File.Exists(Path.Combine(folder, "images.npy"));

    /// <summary>Opens a folder; features stay in their files, mapped.</summary>
    /// <exception cref="DataException">A file is missing or damaged, or the files disagree.</exception>
    public static PairDataset Open(string folder)
    {
        string header = Path.Combine(folder, "dataset.json"),
            values = Path.Combine(folder, "images.npy"),
            counts = Path.Combine(folder, "counts.npy"),
            boxes = Path.Combine(folder, "boxes.npy");
        JsonRecord record = ReadHeader(header);
        if (record.Text("format") != Format || record.Int64("version") != 1)
            throw DataException.At(header, "", $"format {Format}, version 1", $"{record.Text("format")}, version {record.Int64("version")}");
        List<CaptionedImage> images = [.. JsonLines.Read(Path.Combine(folder, "captions.jsonl")).Select(CaptionedImage.Parse)];
        int captions = images.Sum(image => image.Sentences.Length);
        if (images.Count != record.Int64("images") || captions != record.Int64("captions"))
            throw new DataException(
                $"{Path.Combine(folder, "captions.jsonl")} holds {images.Count} images with {captions} captions, but {header} says {record.Int64("images")} with {record.Int64("captions")}. Was the file cut short?"
            );
        NpyImages source = NpyImages.Open(values, File.Exists(counts) ? counts : null, File.Exists(boxes) ? boxes : null);
        try
        {
            string hash = ContentHash.OfFiles(new[] { Path.Combine(folder, "captions.jsonl"), values, counts, boxes }.Where(File.Exists));
            return CaptionedImage.ToDataset(record.Text("name"), source, images, hash);
        }
        catch
        {
            source.Dispose();
            throw;
        }
    }

    /// <summary>Copies a data set into this layout, a few rows at a time.</summary>
    /// <param name="dataset">What to copy.</param>
    /// <param name="folder">Made where missing; files of the same names are replaced.</param>
    /// <param name="progress">Told the images written so far, of the data set's total.</param>
    public static void Write(PairDataset dataset, string folder, IProgress<(long Done, long Total)>? progress = null)
    {
        IImageSource images = dataset.Images;
        long[] row = images.Kind == ImageKind.Pixels ? [images.RowShape[1], images.RowShape[2], 3] : [.. images.RowShape];
        List<long> counts = [];
        using NpyWriter values = NpyWriter.Create(
            Path.Combine(folder, "images.npy"), images.Kind == ImageKind.Pixels ? ElementType.UInt8 : ElementType.Float32, row);
        NpyWriter? boxes = null;
        try
        {
            foreach (int[] rows in Enumerable.Range(0, dataset.ImageCount).Chunk(64))
            {
                using ImageBatch batch = images.Read(rows);
                if (images.Kind == ImageKind.Pixels) AppendPixels(values, batch, (int)images.RowShape[1], (int)images.RowShape[2]);
                else AppendFeatures(values, batch, images);
                counts.AddRange(batch.CountSpan);
                if (batch.Boxes is not null)
                {
                    boxes ??= NpyWriter.Create(Path.Combine(folder, "boxes.npy"), ElementType.Float32, row[0], 4);
                    Padded(batch.BoxSpan, rows.Length, (int)batch.Boxes.shape[1] * 4, (int)row[0] * 4, boxes);
                }
                progress?.Report((rows[^1] + 1, dataset.ImageCount));
            }
            values.Complete();
            boxes?.Complete();
        }
        finally
        {
            boxes?.Dispose();
        }
        if (images.Kind == ImageKind.Regions) NpyFile.Write(Path.Combine(folder, "counts.npy"), counts.ToArray(), counts.Count);
        CaptionedImage.Write(dataset, Path.Combine(folder, "captions.jsonl"));
        // The header comes last: without it the folder is not taken for a data set.
        AtomicFile.WriteText(Path.Combine(folder, "dataset.json"), JsonSerializer.Serialize(new Dictionary<string, object>
        {
            ["format"] = Format,
            ["version"] = 1,
            ["name"] = dataset.Name,
            ["images"] = dataset.ImageCount,
            ["captions"] = dataset.CaptionCount,
            ["source"] = dataset.ContentHash,
        }, new JsonSerializerOptions { WriteIndented = true }) + "\n");
    }

    private static JsonRecord ReadHeader(string path)
    {
        try
        {
            JsonElement root = JsonElement.Parse(File.ReadAllBytes(path));
            return root.ValueKind == JsonValueKind.Object
                ? new JsonRecord(path, "", root)
                : throw DataException.At(path, "", "a JSON object", $"a JSON {root.ValueKind}");
        }
        catch (Exception error) when (error is JsonException or IOException)
        {
            throw new DataException($"{path}: expected a JSON object: {error.Message}", error);
        }
    }

    private static void AppendPixels(NpyWriter values, ImageBatch batch, int height, int width)
    {
        int size = 3 * height * width;
        for (int i = 0; i < batch.Size; i++) values.Append<byte>(RgbImage.FromPlanes(batch.ValueSpan.Slice(i * size, size), width, height).Bytes);
    }

    private static void AppendFeatures(NpyWriter values, ImageBatch batch, IImageSource images)
    {
        int size = (int)images.RowShape.Aggregate((a, b) => a * b);
        Padded(batch.ValueSpan, batch.Size, batch.ValueSpan.Length / batch.Size, size, values);
    }

    // A source may trim a batch to its largest region count; files have one width.
    private static void Padded(ReadOnlySpan<float> values, int rows, int found, int wanted, NpyWriter writer)
    {
        float[] padding = new float[wanted - found];
        for (int i = 0; i < rows; i++)
        {
            float[] whole = [.. values.Slice(i * found, found), .. padding];
            writer.Append<float>(whole);
        }
    }
}
