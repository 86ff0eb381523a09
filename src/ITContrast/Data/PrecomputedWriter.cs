using System.Globalization;
using System.Text.Json;
using ITContrast.Torch;

namespace ITContrast.Data;

/// <summary>Writes the layout that <see cref="PrecomputedFolder"/> reads, for the published training code of vsepp, SCAN and VSE∞.</summary>
public static class PrecomputedWriter
{
    /// <summary>Writes a data set's splits in this layout; images must be regions or global features, five (or one) captions each.</summary>
    /// <param name="dataset">What to write.</param>
    /// <param name="folder">Made where missing; files of the same names are replaced.</param>
    /// <param name="progress">Told the images written so far, of the data set's total.</param>
    /// <exception cref="DataException">The layout cannot hold the data set; nothing has been written.</exception>
    public static void Write(PairDataset dataset, string folder, IProgress<(long Done, long Total)>? progress = null)
    {
        if (dataset.Images.Kind == ImageKind.Pixels)
            throw new DataException($"{dataset.Name}: this layout holds features, not pixels. Compute features first, as with --features grid.");
        foreach (string name in dataset.SplitNames)
        {
            int[][] captions = dataset.Split(name).CaptionsByImage();
            int each = captions.Length == 0 ? 0 : captions[0].Length, odd = Array.FindIndex(captions, list => list.Length != each);
            if (each is not (1 or 5) || odd >= 0)
                throw DataException.At(
                    dataset.Name, $"split {name}, image {Math.Max(odd, 0)}", "five captions for every image, or one for every image",
                    $"{(odd >= 0 ? captions[odd].Length : each)}");
        }
        long done = 0, total = dataset.SplitNames.Sum(name => (long)dataset.Split(name).ImageRows.Length);
        foreach (string name in dataset.SplitNames)
        {
            PairSplit split = dataset.Split(name);
            using NpyWriter images = NpyWriter.Create(Path.Combine(folder, name + "_ims.npy"), ElementType.Float32, [.. dataset.Images.RowShape]);
            foreach (int[] rows in split.ImageRows.Chunk(64))
            {
                using ImageBatch batch = dataset.Images.Read(rows);
                images.Append<float>(batch.ValueSpan);
                progress?.Report((done += rows.Length, total));
            }
            images.Complete();
            // A caption is a line here, so its own line breaks become spaces.
            AtomicFile.WriteText(
                Path.Combine(folder, name + "_caps.txt"),
                string.Concat(
                    split.CaptionsByImage().SelectMany(list => list).Select(i => dataset.Caption(split.CaptionRows[i]).ReplaceLineEndings(" ") + "\n")));
            AtomicFile.WriteText(
                Path.Combine(folder, name + "_ids.txt"),
                string.Concat(split.ImageRows.Select(row => dataset.ImageId(row).ToString(CultureInfo.InvariantCulture) + "\n")));
        }
        AtomicFile.WriteText(Path.Combine(folder, "id_mapping.json"), JsonSerializer.Serialize(Enumerable.Range(0, dataset.ImageCount)
            .GroupBy(dataset.ImageId)
            .ToDictionary(group => group.Key.ToString(CultureInfo.InvariantCulture), group => dataset.Table.ImageName(group.First()))));
    }
}
