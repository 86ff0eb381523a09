using System.Globalization;
using System.Text.Json;

namespace ITContrast.Data;

/// <summary>
/// The precomputed layout of vsepp, SCAN and VSE∞: <c>{split}_ims.npy</c>, <c>{split}_caps.txt</c> (one caption a line, image-major), and, where present,
/// <c>{split}_ids.txt</c> and <c>id_mapping.json</c>. Caption i belongs to image row i / im_div, im_div being 1 where rows and lines are equal in number, else
/// 5.
/// Where they are equal in number and rows come in runs of five equal ones (old vsepp files), each run is one image.
/// Source: SCAN, data.py PrecompDataset [V].
/// </summary>
public static class PrecomputedFolder
{
    private static readonly string[] Order = ["train", "dev", "val", "test", "testall"];

    /// <summary>Whether the folder has this layout.</summary>
    public static bool Is(string folder) => Directory.Exists(folder) && Directory.EnumerateFiles(folder, "*_caps.txt").Any();

    /// <summary>Opens all splits of the folder, or the named ones.</summary>
    /// <param name="folder">As in "f30k_precomp".</param>
    /// <param name="splits">Splits to open, as in "testall"; all that are there when null.</param>
    /// <exception cref="DataException">A file is missing, damaged, or rows, lines and ids disagree in number.</exception>
    public static PairDataset Open(string folder, params string[]? splits)
    {
        string[] names = splits is { Length: > 0 } ? splits : Find(folder);
        if (names.Length == 0) throw DataException.At(folder, "", "files named SPLIT_ims.npy and SPLIT_caps.txt", "none");
        Dictionary<string, string> fileNames = ReadMapping(Path.Combine(folder, "id_mapping.json"));
        List<(string, IImageSource)> sources = [];
        List<string> captions = [];
        List<int> imageOf = [];
        List<long> imageIds = [];
        List<string> imageNames = [];
        List<(string Name, int FirstImage, int Images, int FirstCaption, int Captions)> parts = [];
        try
        {
            foreach (string split in names)
            {
                string images = Path.Combine(folder, split + "_ims.npy"),
                    text = Path.Combine(folder, split + "_caps.txt"),
                    idsPath = Path.Combine(folder, split + "_ids.txt");
                string[] lines = [.. TextLines.Read(text)];
                for (int i = 0; i < lines.Length; i++)
                    if (string.IsNullOrWhiteSpace(lines[i])) throw DataException.At(text, $"line {i + 1}", "a caption", "an empty line");
                if (lines.Length == 0) throw DataException.At(text, "", "captions", "an empty file");
                string[]? ids = File.Exists(idsPath) ? [.. TextLines.Read(idsPath)] : null;
                (NpyImages source, int perImage) = OpenImages(images, text, lines.Length, idsPath, ids);
                sources.Add((images, source));
                parts.Add((split, imageIds.Count, source.Count, captions.Count, lines.Length));
                for (int i = 0; i < lines.Length; i++) imageOf.Add(imageIds.Count + i / perImage);
                captions.AddRange(lines);
                int stride = ids is null ? 1 : ids.Length / source.Count;
                for (int row = 0; row < source.Count; row++)
                {
                    string id = ids?[row * stride].Trim() ?? row.ToString(CultureInfo.InvariantCulture);
                    if (!long.TryParse(id, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number))
                        throw DataException.At(idsPath, $"line {row * stride + 1}", "an integer", $"\"{id}\"");
                    imageIds.Add(number);
                    imageNames.Add(fileNames.GetValueOrDefault(id, $"{split}/{id}"));
                }
            }
            PairTable table = new([.. captions], [.. imageOf], [.. imageIds], groups: Groups(imageIds, parts), names: [.. imageNames]);
            IEnumerable<PairSplit> opened = parts.Select(part => new PairSplit(part.Name, [.. Enumerable.Range(part.FirstImage, part.Images)],
                [.. Enumerable.Range(part.FirstCaption, part.Captions)],
                [.. Enumerable.Range(part.FirstCaption, part.Captions).Select(row => imageOf[row] - part.FirstImage)]));
            string hash = ContentHash.OfFiles(names.SelectMany(name => new[] { "_ims.npy", "_caps.txt" }.Select(end => Path.Combine(folder, name + end))));
            return new PairDataset(
                Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder))), new ConcatenatedImages(sources), table, opened, hash);
        }
        catch
        {
            foreach ((_, IImageSource source) in sources) source.Dispose();
            throw;
        }
    }

    private static string[] Find(string folder)
    {
        if (!Directory.Exists(folder)) throw DataException.At(folder, "", "a folder", "none of that name");
        string[] found = [.. Directory.EnumerateFiles(folder, "*_caps.txt").Select(path => Path.GetFileName(path)[..^"_caps.txt".Length])];
        return
        [
            .. found.OrderBy(name => Array.IndexOf(Order, name) is var place && place < 0 ? int.MaxValue : place).ThenBy(name => name, StringComparer.Ordinal),
        ];
    }

    private static (NpyImages Source, int PerImage) OpenImages(string images, string text, int lines, string idsPath, string[]? ids)
    {
        NpyImages source = NpyImages.Open(images);
        int rows = source.Count, perImage = rows == lines ? 1 : 5;
        try
        {
            if (rows * (long)perImage != lines)
                throw new DataException(
                    $"{images} holds {rows} images, but {text} holds {lines} captions. Expected 5 captions an image ({5L * rows} lines) or one image row a caption. "
                    + $"Line {lines} is the last; was the file cut short?");
            // VSE∞'s files for CxC repeat each id for its five captions.
            if (ids is not null && ids.Length != rows && ids.Length != 5L * rows)
                throw DataException.At(idsPath, "", $"{rows} ids, one a row of {Path.GetFileName(images)}", $"{ids.Length}");
            if (perImage == 5 || rows % 5 != 0 || !ComesInFives(source, rows, ids)) return (source, perImage);
        }
        catch
        {
            source.Dispose();
            throw;
        }
        source.Dispose();
        return (NpyImages.Open(images, repeat: 5), 5);
    }

    private static bool ComesInFives(NpyImages source, int rows, string[]? ids)
    {
        if (ids is not null && ids.Length == rows)
            return Enumerable.Range(0, rows).All(row => ids[row] == ids[row - row % 5]) && (rows == 5 || ids[0] != ids[5]);
        using ImageBatch first = source.Read([0, 1, 2, 3, 4]), last = source.Read([rows - 5, rows - 4, rows - 3, rows - 2, rows - 1]);
        return Equal(first) && Equal(last);

        static bool Equal(ImageBatch five)
        {
            ReadOnlySpan<float> values = five.ValueSpan;
            int size = values.Length / 5;
            for (int i = 1; i < 5; i++)
                if (!values.Slice(i * size, size).SequenceEqual(values[..size])) return false;
            return true;
        }
    }

    // "test" is the beginning of "testall" in COCO: the same id is the same image, hence the same group.
    private static long[]? Groups(List<long> ids, List<(string Name, int FirstImage, int Images, int, int)> parts)
    {
        if (!parts.Exists(part => part.Name == "test") || !parts.Exists(part => part.Name == "testall")) return null;
        var (_, first, count, _, _) = parts.First(part => part.Name == "test");
        var (_, allFirst, allCount, _, _) = parts.First(part => part.Name == "testall");
        long[] groups = [.. Enumerable.Range(0, ids.Count).Select(row => (long)row)];
        Dictionary<long, int> whole = [];
        for (int row = allFirst; row < allFirst + allCount; row++) whole.TryAdd(ids[row], row);
        for (int row = first; row < first + count; row++)
            if (whole.TryGetValue(ids[row], out int same)) groups[row] = same;
        return groups;
    }

    private static Dictionary<string, string> ReadMapping(string path)
    {
        if (!File.Exists(path)) return [];
        try
        {
            return JsonSerializer.Deserialize<Dictionary<string, string>>(File.ReadAllBytes(path))
                ?? throw DataException.At(path, "", "an object of id: file name", "null");
        }
        catch (JsonException error)
        {
            throw new DataException($"{path}: expected an object of id: file name: {error.Message}", error);
        }
    }
}
