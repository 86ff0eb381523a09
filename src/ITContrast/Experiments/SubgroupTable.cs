using System.Text.Json.Nodes;
using ITContrast.Data;
using ITContrast.Evaluation;
using ITContrast.Systems;
using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Experiments;

/// <summary>
/// Extended judgements of pictocap's test split, beside R@K: R@K counts a caption's own drawing alone as right, and here every item of the same Unicode
/// subgroup (fruit, sky and weather) is a near answer. A stand-in for human judgements, which pictocap has none of [I].
/// </summary>
/// <param name="CaptionQuery">Captions → images.</param>
/// <param name="ImageQuery">Images → captions.</param>
public sealed record SubgroupTable(SubgroupRow CaptionQuery, SubgroupRow ImageQuery)
{
    /// <summary>Judges a model; null where the data set has no subgroups.</summary>
    /// <param name="matcher">The model; a cross encoder by its scores.</param>
    /// <param name="config">The run's configuration.</param>
    /// <param name="dataset">The data it was trained on.</param>
    /// <param name="split">The split that is judged.</param>
    public static SubgroupTable? Measure(TrainedMatcher matcher, RunConfig config, PairDataset dataset, string split)
    {
        if (config.Data is not null || config.Oscar is not null) return null;
        PictoCapImage[] drawings = PictoCap.ReadImages();
        PairSplit rows = dataset.Split(split);
        Dictionary<string, long> numbers = drawings
            .Select(drawing => drawing.Subcategory)
            .Distinct()
            .Select((name, number) => (name, number))
            .ToDictionary(p => p.name, p => (long)p.number);
        long[] images = [.. rows.ImageRows.Select(row => numbers[drawings[row].Subcategory])], captions = [.. rows.ImageOf.Select(image => images[image])];
        using DisposeScope scope = NewDisposeScope();
        using IDisposable quiet = no_grad();
        Tensor scores = matcher.Scores(dataset, rows);
        return new(Judge(scores.transpose(0, 1).contiguous(), captions, images), Judge(scores, images, captions));
    }

    /// <summary>As JSON.</summary>
    public JsonObject ToJson() => new() { ["captionQuery"] = CaptionQuery.ToJson(), ["imageQuery"] = ImageQuery.ToJson() };

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    /// <exception cref="DataException">A member is missing.</exception>
    public static SubgroupTable FromJson(JsonNode json) => new(SubgroupRow.FromJson(json["captionQuery"]), SubgroupRow.FromJson(json["imageQuery"]));

    // A score is the dot product of its row with a unit vector: one path for embeddings and for cross encoders.
    private static SubgroupRow Judge(Tensor scores, long[] queries, long[] gallery)
    {
        ExtendedReport report = ExtendedRetrieval.Evaluate(scores, eye(scores.shape[1]), Judgements.ByGroup(queries, gallery));
        return new(report.R1, report.MapAtR, report.RPrecision);
    }
}

/// <summary>Extended judgements of one direction, percent.</summary>
/// <param name="R1">Queries whose first item is of their subgroup.</param>
/// <param name="MapAtR">mAP@R.</param>
/// <param name="RPrecision">R-precision.</param>
public sealed record SubgroupRow(double R1, double MapAtR, double RPrecision)
{
    /// <summary>As JSON.</summary>
    public JsonObject ToJson() => new() { ["r1"] = R1, ["mapAtR"] = MapAtR, ["rPrecision"] = RPrecision };

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    /// <exception cref="DataException">A member is missing.</exception>
    public static SubgroupRow FromJson(JsonNode? json)
    {
        double Number(string name) =>
            json?[name]?.GetValue<double>() ?? throw new DataException($"A stored result lacks \"subgroups.{name}\". Was it written by another version?");
        return new(Number("r1"), Number("mapAtR"), Number("rPrecision"));
    }
}
