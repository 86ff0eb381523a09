using System.CommandLine;
using ITContrast.Data;

namespace ITContrast.Cli.Commands;

/// <summary>The argument that names a data set, and the options that some layouts need besides it.</summary>
internal sealed class DataSourceOptions
{
    private readonly Argument<string> source = new("source") { Description = "pictocap, pictocap:drawings, scenes:IMAGES:SEED, or the path of a data set (SCAN, VSE∞, OSCAR, VinVL, Karpathy's JSON, captions in .csv, .tsv or .jsonl, a mapped folder)." };
    private readonly Option<string?> images = new("--images") { Description = "Folder of image files (for Karpathy's JSON, or captions kept elsewhere)." };
    private readonly Option<string?> features = new("--features") { Description = "Feature file for Karpathy's JSON (.npy in its order, or .tsv by image id); 'grid' computes regions from pixels." };
    private readonly Option<int> side = new("--side") { Description = "Pixels a side for image files (default 64).", DefaultValueFactory = _ => 64 };
    private readonly Option<int> regions = new("--regions") { Description = "Regions kept of an image (default 50).", DefaultValueFactory = _ => 50 };
    private readonly Option<bool> restval = new("--keep-restval") { Description = "Leave COCO's restval out of train." };

    public void AddTo(Command command)
    {
        command.Add(source);
        foreach (Option option in new Option[] { images, features, side, regions, restval }) command.Add(option);
    }

    public bool Exists(ParseResult parse) => parse.GetValue(source) is { } path && (File.Exists(path) || Directory.Exists(path));

    public PairDataset Open(ParseResult parse)
    {
        if (parse.GetValue(side) < 1) throw new UserError($"--side {parse.GetValue(side)} is no size; give pixels, 1 or more.");
        if (parse.GetValue(regions) < 1) throw new UserError($"--regions {parse.GetValue(regions)} is no number of regions; give 1 or more.");
        bool grid = parse.GetValue(features) == "grid";
        PairDataset dataset = DatasetSources.Open(parse.GetValue(source)!, new SourceOptions
        {
            Images = parse.GetValue(images), Features = grid ? null : parse.GetValue(features), Side = parse.GetValue(side),
            MaximumRegions = parse.GetValue(regions), RestvalIntoTrain = !parse.GetValue(restval),
        });
        return grid ? GridFeatures.Of(dataset) : dataset;
    }
}
