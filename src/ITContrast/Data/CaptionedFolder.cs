namespace ITContrast.Data;

/// <summary>How a folder of images is read.</summary>
public sealed record CaptionedFolderOptions
{
    /// <summary>Pixels a side, at least 1; 64 by default.</summary>
    public int Side { get; init; } = 64;

    /// <summary>How other sizes are made to fit; null refuses a folder of mixed sizes.</summary>
    public ImageFit? Fit { get; init; } = ImageFit.Crop;

    /// <summary>The images' folder; the captions file's own when null.</summary>
    public string? Images { get; init; }
}

/// <summary>
/// One's own pairs: images and a file of captions. CSV and TSV have a header, JSONL has keys: <c>image</c> (or file, filename, path), <c>caption</c> (or text,
/// raw, sentence, title; a list in JSONL: <c>captions</c>), and optionally <c>split</c>, <c>id</c> (integer) and <c>group</c> (or concept). Lines of one image
/// are its captions. Without a split, images go to train, val and test (8 : 1 : 1) by a hash of their group or name, so that an added image moves no other.
/// </summary>
public static class CaptionedFolder
{
    private static readonly string[] ImageKeys = ["image", "file", "filename", "file_name", "path", "image_name"];
    private static readonly string[] CaptionKeys = ["caption", "captions", "text", "raw", "sentence", "title", "comment"];

    private readonly record struct Row(string Where, string Image, string[] Captions, string? Split, string? Id, string? Group);

    /// <summary>Whether the path is a captions file, or a folder with one and only one.</summary>
    public static bool Is(string path) => FindFile(path) is not null;

    /// <summary>Opens the pairs.</summary>
    /// <param name="path">The captions file (.csv, .tsv, .jsonl), or a folder that holds one.</param>
    /// <param name="options">Defaults when null.</param>
    /// <exception cref="DataException">A column is missing, a caption empty, an image missing or unreadable, two lines disagree about an image.</exception>
    public static PairDataset Open(string path, CaptionedFolderOptions? options = null)
    {
        options ??= new();
        string file =
            FindFile(path)
            ?? throw DataException.At(
                path, "", "a .csv, .tsv or .jsonl file of captions, or a folder with exactly one",
                Directory.Exists(path) ? "none, or several" : "no such file or folder");
        string folder = options.Images ?? Path.GetDirectoryName(Path.GetFullPath(file))!;
        Dictionary<string, List<Row>> byImage = new(StringComparer.Ordinal);
        List<string> order = [];
        foreach (Row row in Rows(file))
        {
            if (row.Captions.Length == 0 || row.Captions.Any(string.IsNullOrWhiteSpace)) throw DataException.At(file, row.Where, "a caption", "an empty one");
            if (!byImage.TryGetValue(row.Image, out List<Row>? rows))
            {
                byImage[row.Image] = rows = [];
                order.Add(row.Image);
            }
            rows.Add(row);
            Row first = rows[0];
            if ((row.Split, row.Id, row.Group) != (first.Split, first.Id, first.Group))
                throw DataException.At(file, row.Where, $"the same split, id and group for {row.Image} as in {first.Where} ({Say(first)})", Say(row));
        }
        if (order.Count == 0) throw DataException.At(file, "", "at least one caption", "none");
        List<CaptionedImage> images = [.. order.Select((name, i) => Image(file, byImage[name], i))];
        ImageFiles source = new([.. order.Select(name => Path.Combine(folder, name))], options.Side, options.Fit);
        // Images count by name and length; hashing every photograph would read the whole folder.
        string hash = ContentHash.OfText(
            ContentHash.OfFiles(file)
                + string.Concat(order.Select(name => $"\n{name} {new FileInfo(Path.Combine(folder, name)).Length}"))
                + $"\n{options.Side} {options.Fit}");
        return CaptionedImage.ToDataset(Path.GetFileNameWithoutExtension(file), source, images, hash);
    }

    private static CaptionedImage Image(string file, List<Row> rows, int row)
    {
        Row first = rows[0];
        long id = row;
        if (first.Id is not null && !long.TryParse(first.Id, out id)) throw DataException.At(file, first.Where, "an integer id", $"\"{first.Id}\"");
        string split = first.Split ?? Hashed(first.Group ?? first.Image);
        return new CaptionedImage(
            id,
            first.Image,
            [split],
            first.Group,
            [],
            [.. rows.SelectMany(line => line.Captions).Select(text => ((long?)null, text.ReplaceLineEndings(" ").Trim()))]);
    }

    private static IEnumerable<Row> Rows(string file)
    {
        if (Path.GetExtension(file) == ".jsonl")
        {
            foreach (JsonRecord line in JsonLines.Read(file))
            {
                string image = Key(line.Has, ImageKeys, file, line.Where, "image"), caption = Key(line.Has, CaptionKeys, file, line.Where, "caption");
                bool list = line.Element.GetProperty(caption).ValueKind == System.Text.Json.JsonValueKind.Array;
                string? Optional(string key) => line.Has(key) ? line.Element.GetProperty(key).ToString() : null;
                yield return new(
                    line.Where, line.Text(image), list ? line.Texts(caption) : [line.Text(caption)], Optional("split"), Optional("id"),
                    Optional("group") ?? Optional("concept"));
            }
            yield break;
        }
        foreach ((int number, Dictionary<string, string> record) in DelimitedText.Read(file, Path.GetExtension(file) == ".tsv" ? '\t' : ','))
        {
            string where = $"line {number}";
            string image = Key(record.ContainsKey, ImageKeys, file, "line 1", "image"),
                caption = Key(record.ContainsKey, CaptionKeys, file, "line 1", "caption");
            string? Optional(string key) => record.TryGetValue(key, out string? value) && value.Length > 0 ? value : null;
            yield return new(where, record[image], [record[caption]], Optional("split"), Optional("id"), Optional("group") ?? Optional("concept"));
        }
    }

    private static string Key(Func<string, bool> has, string[] names, string file, string where, string what) =>
        names.FirstOrDefault(has) ?? throw DataException.At(file, where, $"a column for the {what} ({string.Join(", ", names)})", "none of these");

    private static string Hashed(string name) => new RandomStream(0, "folder-split-" + name).NextInt(10) switch { 8 => "val", 9 => "test", _ => "train" };

    private static string Say(Row row) => $"split {row.Split ?? "none"}, id {row.Id ?? "none"}, group {row.Group ?? "none"}";

    /// <summary>The files directly in a folder that could hold captions, by their endings.</summary>
    internal static string[] Files(string folder) => [.. Directory.EnumerateFiles(folder).Where(HasEnding)];

    private static bool HasEnding(string file) => Path.GetExtension(file) is ".csv" or ".tsv" or ".jsonl";

    private static string? FindFile(string path)
    {
        if (File.Exists(path)) return HasEnding(path) ? path : null;
        return Directory.Exists(path) && Files(path) is [var only] ? only : null;
    }
}
