using System.CommandLine;
using ITContrast.Data;

namespace ITContrast.Cli.Commands;

/// <summary>What names a data set, and the options that some layouts need besides it.</summary>
internal sealed class DataSourceOptions
{
    private const string Sources =
        "pictocap, pictocap:drawings, scenes:IMAGES:SEED, or the path of a data set (SCAN, VSE∞, OSCAR, VinVL, Karpathy's JSON, captions in .csv, .tsv or .jsonl, a mapped folder).";

    private readonly Argument<string>? argument;
    private readonly Option<string?>? option;
    private readonly Option<string?> images = new("--images") { Description = "Folder of image files (for Karpathy's JSON, or captions kept elsewhere)." };
    private readonly Option<string?> features = new("--features")
    {
        Description = "Feature file for Karpathy's JSON (.npy in its order, or .tsv by image id); 'grid' computes regions from pixels.",
    };
    private readonly Option<int> side = new("--side") { Description = "Pixels a side for image files (default 64).", DefaultValueFactory = _ => 64 };
    private readonly Option<int> regions = new("--regions") { Description = "Regions kept of an image (default 50).", DefaultValueFactory = _ => 50 };
    private readonly Option<string[]> captionIds = new("--caption-ids")
    {
        Description = "SPLIT=FILE.npy: vsepp's caption ids fix a split of Karpathy's JSON, as in test=coco_test_ids.npy (may be repeated).",
    };
    private readonly Option<bool> restval = new("--keep-restval") { Description = "Leave COCO's restval out of train." };

    /// <summary>The data set as the command's argument.</summary>
    public DataSourceOptions() => argument = new("source") { Description = Sources };

    /// <summary>The data set as <c>--data</c>, which may be left away.</summary>
    public DataSourceOptions(string purpose) => option = new("--data") { Description = $"{purpose} {Sources}" };

    public void AddTo(Command command)
    {
        if (argument is not null) command.Add(argument);
        if (option is not null) command.Add(option);
        foreach (Option further in new Option[] { images, features, side, regions, restval, captionIds }) command.Add(further);
    }

    /// <summary>Whether a data set was named.</summary>
    public bool IsGiven(ParseResult parse) => Source(parse) is not null;

    public bool Exists(ParseResult parse) => Source(parse) is { } path && (File.Exists(path) || Directory.Exists(path));

    /// <summary>The same options for another process, paths in full; empty where no data set was named.</summary>
    public string[] Arguments(ParseResult parse)
    {
        static string Full(string path) => File.Exists(path) || Directory.Exists(path) ? Path.GetFullPath(path) : path;
        if (Source(parse) is not { } source) return [];
        List<string> arguments = ["--data", Full(source), "--side", $"{parse.GetValue(side)}", "--regions", $"{parse.GetValue(regions)}"];
        if (parse.GetValue(images) is { } folder) arguments.AddRange("--images", Full(folder));
        if (parse.GetValue(features) is { } file) arguments.AddRange("--features", Full(file));
        if (parse.GetValue(restval)) arguments.Add("--keep-restval");
        foreach ((string split, string ids) in CaptionIds(parse) ?? []) arguments.AddRange("--caption-ids", $"{split}={Full(ids)}");
        return [.. arguments];
    }

    public PairDataset Open(ParseResult parse)
    {
        if (parse.GetValue(side) < 1) throw new UserError($"--side {parse.GetValue(side)} is no size; give pixels, 1 or more.");
        if (parse.GetValue(regions) < 1) throw new UserError($"--regions {parse.GetValue(regions)} is no number of regions; give 1 or more.");
        bool grid = parse.GetValue(features) == "grid";
        PairDataset dataset = DatasetSources.Open(Source(parse)!, new SourceOptions
        {
            Images = parse.GetValue(images), Features = grid ? null : parse.GetValue(features), Side = parse.GetValue(side),
            MaximumRegions = parse.GetValue(regions), RestvalIntoTrain = !parse.GetValue(restval), CaptionIdFiles = CaptionIds(parse),
        });
        return grid ? GridFeatures.Of(dataset) : dataset;
    }

    private Dictionary<string, string>? CaptionIds(ParseResult parse)
    {
        if (parse.GetValue(captionIds) is not { Length: > 0 } given) return null;
        Dictionary<string, string> files = [];
        foreach (string each in given)
            if (each.Split('=', 2) is not [{ Length: > 0 } split, { Length: > 0 } file] || !files.TryAdd(split, file))
                throw new UserError($"--caption-ids {each}: expected SPLIT=FILE.npy, each split once, as in test=coco_test_ids.npy.");
        return files;
    }

    private string? Source(ParseResult parse) => argument is not null ? parse.GetValue(argument) : parse.GetValue(option!);
}
