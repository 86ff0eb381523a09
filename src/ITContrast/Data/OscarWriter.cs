using System.Buffers.Text;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using ITContrast.Torch;

namespace ITContrast.Data;

/// <summary>
/// Writes the VinVL layout that <see cref="OscarFolder"/> and OSCAR's own code read: captions, features with their line index, predictions and image keys.
/// </summary>
public static class OscarWriter
{
    /// <summary>Writes a data set of regions.</summary>
    /// <param name="dataset">Regions; image ids must be unique.</param>
    /// <param name="folder">Made where missing; files of the same names are replaced.</param>
    /// <param name="progress">Told the images written so far, of the data set's total.</param>
    /// <exception cref="DataException">The images are no regions, or an id occurs twice; nothing has been written.</exception>
    public static void Write(PairDataset dataset, string folder, IProgress<(long Done, long Total)>? progress = null)
    {
        if (dataset.Images.Kind != ImageKind.Regions)
            throw new DataException(
                $"{dataset.Name}: this layout holds regions, not {dataset.Images.Kind.ToString().ToLowerInvariant()}. Compute regions first, as with --features grid."
            );
        HashSet<long> ids = [];
        for (int row = 0; row < dataset.ImageCount; row++)
            if (!ids.Add(dataset.ImageId(row)))
                throw DataException.At(dataset.Name, $"image row {row}", "an image id that occurs once", $"{dataset.ImageId(row)} again");
        int width = (int)dataset.Images.RowShape[1];
        using AtomicFile features = new(Path.Combine(folder, "features.tsv")), predictions = new(Path.Combine(folder, "predictions.tsv"));
        StringBuilder index = new();
        foreach (int[] rows in Enumerable.Range(0, dataset.ImageCount).Chunk(32))
        {
            using ImageBatch batch = dataset.Images.Read(rows);
            int stride = batch.ValueSpan.Length / rows.Length, boxStride = batch.BoxSpan.Length / rows.Length;
            for (int i = 0; i < rows.Length; i++)
            {
                int count = (int)batch.CountSpan[i];
                index.Append(CultureInfo.InvariantCulture, $"{features.Stream.Position}\n");
                features.Stream.Write(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{dataset.ImageId(rows[i])}\t{count}\t")));
                features.Stream.Write(Encode(MemoryMarshal.AsBytes(batch.ValueSpan.Slice(i * stride, count * width))));
                features.Stream.WriteByte((byte)'\n');
                predictions.Stream.Write(Prediction(dataset, rows[i], count, batch.BoxSpan.Slice(i * boxStride, boxStride)));
            }
            progress?.Report((rows[^1] + 1, dataset.ImageCount));
        }
        features.Commit();
        predictions.Commit();
        AtomicFile.WriteText(Path.Combine(folder, "features.lineidx"), index.ToString());
        AtomicFile.WriteText(
            Path.Combine(folder, "imageid2idx.json"),
            JsonSerializer.Serialize(
                Enumerable.Range(0, dataset.ImageCount).ToDictionary(row => dataset.ImageId(row).ToString(CultureInfo.InvariantCulture), row => row)));
        foreach (string name in dataset.SplitNames)
        {
            PairSplit split = dataset.Split(name);
            int[][] captions = split.CaptionsByImage();
            PickleWriter.WriteDictionary(Path.Combine(folder, name + "_captions.pt"), split.ImageRows.Select((row, i) =>
                (dataset.ImageId(row), JsonSerializer.Serialize(captions[i].Select(caption => dataset.Caption(split.CaptionRows[caption]))))));
            AtomicFile.WriteText(
                Path.Combine(folder, name + "_img_keys.tsv"),
                string.Concat(split.ImageRows.Select(row => dataset.ImageId(row).ToString(CultureInfo.InvariantCulture) + "\n")));
        }
    }

    private static byte[] Prediction(PairDataset dataset, int row, int count, ReadOnlySpan<float> boxes)
    {
        IReadOnlyList<string> tags = dataset.Table.Tags(row);
        var objects = new List<object>();
        for (int i = 0; i < Math.Min(tags.Count, count); i++)
            objects.Add(new { @class = tags[i], rect = boxes.Length >= 4 * (i + 1) ? boxes.Slice(4 * i, 4).ToArray() : new float[4], conf = 1.0 });
        // Boxes are relative, so the picture counts as one unit a side.
        string json = JsonSerializer.Serialize(new { objects, image_h = 1, image_w = 1 });
        return Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{dataset.ImageId(row)}\t{json}\n"));
    }

    private static byte[] Encode(ReadOnlySpan<byte> bytes)
    {
        byte[] text = new byte[Base64.GetMaxEncodedToUtf8Length(bytes.Length)];
        Base64.EncodeToUtf8(bytes, text, out _, out _);
        return text;
    }
}
