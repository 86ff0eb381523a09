using System.Globalization;
using ITContrast.Data.Scenes;

namespace ITContrast.Data;

/// <summary>What a path needs besides itself to be opened.</summary>
public sealed record SourceOptions
{
    /// <summary>A folder of image files (Karpathy's JSON, captions in another folder).</summary>
    public string? Images { get; init; }

    /// <summary>
    /// A feature file for Karpathy's JSON: <c>.npy</c> with a row an image in the JSON's order, or a <c>.tsv</c> by image id (OSCAR, VinVL, bottom-up
    /// attention).
    /// </summary>
    public string? Features { get; init; }

    /// <summary>Pixels a side where image files are read.</summary>
    public int Side { get; init; } = 64;

    /// <summary>Regions kept of an image where the file has more.</summary>
    public int MaximumRegions { get; init; } = 50;

    /// <summary>As <see cref="KarpathyOptions.RestvalIntoTrain"/>.</summary>
    public bool RestvalIntoTrain { get; init; } = true;

    /// <summary>As <see cref="KarpathyOptions.CaptionIdFiles"/>.</summary>
    public IReadOnlyDictionary<string, string>? CaptionIdFiles { get; init; }
}

/// <summary>Opens a data set by what its files look like.</summary>
public static class DatasetSources
{
    /// <summary>Whether a folder, or a file of captions, looks like a data set that needs nothing beside itself.</summary>
    public static bool Is(string path) =>
        MappedFolder.Is(path) || HasPictures(path) || OscarFolder.Is(path) || PrecomputedFolder.Is(path) || CaptionedFolder.Is(path);

    /// <summary>
    /// Opens <c>pictocap</c>, <c>pictocap:drawings</c>, <c>scenes[:IMAGES[:SEED]]</c>, or a path: this project's mapped folder, pictocap's folder, a SCAN /
    /// VSE∞ folder, an OSCAR / VinVL folder, Karpathy's JSON (with images or features), a captions file, or a folder of images with one.
    /// </summary>
    /// <exception cref="DataException">Nothing of that name, a layout that is not known, or damaged files.</exception>
    public static PairDataset Open(string what, SourceOptions? options = null)
    {
        options ??= new();
        if (what == "pictocap") return PictoCap.Open();
        if (what == "pictocap:drawings") return PictoCap.Open(division: PictoCapDivision.UnseenDrawings);
        if (what == "scenes" || what.StartsWith("scenes:", StringComparison.Ordinal)) return OpenScenes(what);
        if (MappedFolder.Is(what)) return MappedFolder.Open(what);
        if (HasPictures(what)) return PictoCap.Open(what);
        if (OscarFolder.Is(what)) return OscarFolder.Open(what, options.MaximumRegions);
        if (PrecomputedFolder.Is(what)) return PrecomputedFolder.Open(what);
        if (File.Exists(what) && Path.GetExtension(what) == ".json") return OpenKarpathy(what, options);
        if (CaptionedFolder.Is(what)) return CaptionedFolder.Open(what, new() { Images = options.Images, Side = options.Side });
        throw DataException.At(
            what,
            "",
            "a data set: SPLIT_ims.npy with SPLIT_caps.txt, SPLIT_captions.pt, dataset.json with images.npy, captions in .csv, .tsv or .jsonl, or Karpathy's .json",
            Directory.Exists(what)
                ? CaptionedFolder.Files(what) is { Length: > 1 } several
                    ? $"several files of captions ({string.Join(", ", several.Select(Path.GetFileName).Order())}); name one of them"
                    : "a folder without these"
                : LeadsNowhere(what)
                    ? "a symbolic link that leads nowhere (broken, or a loop)"
                    : File.Exists(what)
                        ? "a file of another kind"
                        : "no such file or folder");
    }

    // Of pictocap's own layout.
    private static bool HasPictures(string folder) => File.Exists(Path.Combine(folder, "images.zip"));

    // File.Exists is true of a link that leads nowhere.
    private static bool LeadsNowhere(string path)
    {
        if (new FileInfo(path).LinkTarget is null) return false;
        try
        {
            return File.ResolveLinkTarget(path, returnFinalTarget: true) is not { Exists: true };
        }
        catch (IOException)
        {
            return true;
        }
    }

    private static PairDataset OpenScenes(string what)
    {
        string[] parts = what.Split(':');
        int images = 10_000;
        ulong seed = 1;
        if (parts.Length > 3 || parts.Length > 1 && (!int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out images) || images < 10)
            || parts.Length > 2 && !ulong.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out seed))
            throw new ArgumentException($"\"{what}\" is no scenes:IMAGES:SEED, as in scenes:10000:1; IMAGES is at least 10.", nameof(what));
        return SyntheticScenes.Open(new() { Train = images - 2 * (images / 10), Validation = images / 10, Test = images / 10, Seed = seed });
    }

    private static PairDataset OpenKarpathy(string path, SourceOptions options)
    {
        if (options.Images is null == options.Features is null)
            throw new ArgumentException(
                $"{path} holds captions only: name its images with --images FOLDER or its features with --features FILE (one of them).", nameof(options));
        return KarpathyJson.Open(path, entries => options.Images is { } folder
            ? new ImageFiles([.. entries.Select(entry => Path.Combine(folder, entry.Path))], options.Side)
            : Path.GetExtension(options.Features) == ".tsv" ? ById(options, entries)
            : NpyImages.Open(options.Features!),
        new()
        {
            RestvalIntoTrain = options.RestvalIntoTrain,
            CaptionIdFiles = options.CaptionIdFiles,
            FeatureFiles = options.Features is { } file ? [file] : [],
        });
    }

    private static RowsOfSource ById(SourceOptions options, IReadOnlyList<KarpathyJson.Entry> entries)
    {
        TsvRegions regions = TsvRegions.Open(options.Features!, maximumRegions: options.MaximumRegions);
        try
        {
            Dictionary<long, int> rows = [];
            for (int row = 0; row < regions.Count; row++)
                if (!rows.TryAdd(regions.IdOf(row), row))
                    throw DataException.At(options.Features!, $"row {row}", "an image id that occurs once", $"{regions.IdOf(row)} again");
            return new RowsOfSource(
                regions,
                [
                    .. entries.Select(entry =>
                        rows.TryGetValue(entry.Id, out int row)
                            ? row
                            : throw DataException.At(options.Features!, "", $"features of image {entry.Id} ({entry.Path})", "none")),
                ]);
        }
        catch
        {
            regions.Dispose();
            throw;
        }
    }
}
