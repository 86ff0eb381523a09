using System.Globalization;
using System.Text.Json;
using ITContrast.Torch;

namespace ITContrast.Data;

/// <summary>
/// OSCAR's and VinVL's retrieval folders: <c>{split}_captions.pt</c> and either <c>features.tsv</c> with <c>features.lineidx</c>, <c>imageid2idx.json</c> and
/// <c>predictions.tsv</c> (tags), or the first release's <c>{split}_img_frcnn_feats.pt</c> and <c>{split}_{vg|oid|gt}_labels.pt</c>.
/// <c>{split}_img_keys*.tsv</c> chooses images and their order; a suffix names a split of its own ("test_1k"). The first five captions of an image count.
/// Source: microsoft/Oscar, run_retrieval.py RetrievalDataset [V].
/// </summary>
public static class OscarFolder
{
    /// <summary>Whether the folder has this layout.</summary>
    public static bool Is(string folder) => Directory.Exists(folder) && Directory.EnumerateFiles(folder, "*_captions.pt").Any();

    /// <summary>Opens the folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="maximumRegions">Regions kept of an image: 50, VinVL 70.</param>
    /// <param name="captionsPerImage">Captions taken of an image.</param>
    /// <exception cref="DataException">A file is missing or damaged, or an image has captions but no features.</exception>
    public static PairDataset Open(string folder, int maximumRegions = 50, int captionsPerImage = 5)
    {
        List<string> files = [];
        List<(IImageSource Source, string Name)> sources = [];
        List<CaptionedImage> images = [];
        try
        {
            Dictionary<long, int>? rowOf = null;
            string tsv = Path.Combine(folder, "features.tsv");
            if (File.Exists(tsv))
            {
                files.AddRange([tsv, Path.Combine(folder, "imageid2idx.json")]);
                sources.Add((TsvRegions.Open(tsv, maximumRegions: maximumRegions), tsv));
                rowOf = ReadIds(Path.Combine(folder, "imageid2idx.json"), sources[0].Source.Count);
            }
            Dictionary<long, string[]> predicted = ReadPredictions(Path.Combine(folder, "predictions.tsv"));
            string[] captionFiles = [.. Directory.EnumerateFiles(folder, "*_captions.pt").Order(StringComparer.Ordinal)];
            if (captionFiles.Length == 0) throw DataException.At(folder, "", "files named SPLIT_captions.pt", "none");
            List<int> rows = [];
            int start = 0;
            foreach (string captionFile in captionFiles)
            {
                files.Add(captionFile);
                string split = Path.GetFileName(captionFile)[..^"_captions.pt".Length];
                Dictionary<long, string[]> captions = OscarTables.ReadCaptions(captionFile), labels = OscarTables.ReadLabels(folder, split);
                Dictionary<long, int> own = rowOf ?? [];
                if (rowOf is null)
                {
                    string features = Path.Combine(folder, $"{split}_img_frcnn_feats.pt");
                    TorchRegions regions = TorchRegions.Open(features, maximumRegions);
                    sources.Add((regions, features));
                    files.Add(features);
                    own = regions.Ids.Select((id, row) => (id, row)).ToDictionary(pair => pair.id, pair => pair.row + start);
                    start += regions.Count;
                }
                (string Name, long[] Keys)[] parts = ReadKeys(folder, split, captions, captionFile);
                foreach (long id in parts.SelectMany(part => part.Keys).Distinct())
                {
                    if (!own.TryGetValue(id, out int row))
                        throw DataException.At(captionFile, $"image {id}", "features of every captioned image", $"none in {sources[^1].Name}");
                    if (rowOf is not null && ((TsvRegions)sources[0].Source).IdOf(row) is var found && found != id)
                        throw DataException.At(tsv, $"row {row}", $"image {id}, by imageid2idx.json", $"image {found}");
                    rows.Add(row);
                    images.Add(
                        new CaptionedImage(
                            id,
                            id.ToString(CultureInfo.InvariantCulture),
                            [.. parts.Where(part => part.Keys.Contains(id)).Select(part => part.Name)],
                            null,
                        labels.GetValueOrDefault(id) ?? predicted.GetValueOrDefault(id) ?? [],
                        [.. captions[id].Take(captionsPerImage).Select(text => ((long?)null, text))]));
                }
            }
            IImageSource source = new RowsOfSource(new ConcatenatedImages(sources.Select(item => (item.Name, item.Source))), [.. rows]);
            string hash = ContentHash.OfFiles(files);
            if ((maximumRegions, captionsPerImage) != (50, 5)) hash = ContentHash.OfText($"{hash}\n{maximumRegions} regions, {captionsPerImage} captions");
            return CaptionedImage.ToDataset(Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder))), source, images, hash);
        }
        catch
        {
            foreach ((IImageSource source, _) in sources) source.Dispose();
            throw;
        }
    }

    private static (string, long[])[] ReadKeys(string folder, string split, Dictionary<long, string[]> captions, string captionFile)
    {
        List<(string, long[])> parts = [];
        foreach (string path in Directory.EnumerateFiles(folder, $"{split}_img_keys*.tsv").Order(StringComparer.Ordinal))
        {
            List<long> keys = [];
            HashSet<long> seen = [];
            foreach (string line in TextLines.Read(path))
            {
                if (line.Trim().Length == 0) continue;
                if (!long.TryParse(line.Trim(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long key))
                    throw DataException.At(path, $"line {keys.Count + 1}", "an image id", $"\"{line}\"");
                if (!captions.ContainsKey(key))
                    throw DataException.At(path, $"line {keys.Count + 1}", $"an image with captions in {captionFile}", $"{key}, which has none");
                if (!seen.Add(key)) throw DataException.At(path, $"line {keys.Count + 1}", "an image id that occurs once", $"{key} again");
                keys.Add(key);
            }
            parts.Add((split + Path.GetFileNameWithoutExtension(path)[$"{split}_img_keys".Length..], [.. keys]));
        }
        return parts.Count > 0 ? [.. parts] : [(split, [.. captions.Keys])];
    }

    private static Dictionary<long, int> ReadIds(string path, int rows)
    {
        try
        {
            Dictionary<string, int> map = JsonSerializer.Deserialize<Dictionary<string, int>>(Guarded.Run(path, () => File.ReadAllBytes(path))) ?? [];
            foreach ((string id, int row) in map)
            {
                if ((uint)row >= (uint)rows) throw DataException.At(path, $"\"{id}\"", $"a row below {rows}", $"{row}");
                if (!long.TryParse(id, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _))
                    throw DataException.At(path, $"\"{id}\"", "an integer id", "another key");
            }
            return map.ToDictionary(pair => long.Parse(pair.Key, CultureInfo.InvariantCulture), pair => pair.Value);
        }
        catch (JsonException error)
        {
            throw new DataException($"{path}: expected an object of image id: row: {error.Message}", error);
        }
    }

    private static Dictionary<long, string[]> ReadPredictions(string path)
    {
        Dictionary<long, string[]> tags = [];
        if (!File.Exists(path)) return tags;
        int number = 0;
        foreach (string line in TextLines.Read(path))
        {
            number++;
            int tab = line.IndexOf('\t');
            if (tab < 0 || !long.TryParse(line[..tab], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long id))
                throw DataException.At(path, $"line {number}", "image id, tab, JSON", line.Length > 40 ? line[..40] + "…" : line);
            tags[id] = OscarTables.Classes(line[(tab + 1)..], path, $"line {number}");
        }
        return tags;
    }
}
