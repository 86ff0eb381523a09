using System.Text.Json;

namespace ITContrast.Data;

/// <summary>How a Karpathy file is read.</summary>
public sealed record KarpathyOptions
{
    /// <summary>Counts <c>restval</c> images as training images (COCO: 113,287 of them), as all published results do. True by default.</summary>
    public bool RestvalIntoTrain { get; init; } = true;

    /// <summary>Captions taken of an image, the first ones (some COCO images have 6 or 7); 5 by default.</summary>
    public int CaptionsPerImage { get; init; } = 5;

    /// <summary>
    /// vsepp's <c>.npy</c> files of caption ids by split name (int64, five consecutive ids an image): such a split then has exactly these captions in this
    /// order, instead of the JSON's.
    /// </summary>
    public IReadOnlyDictionary<string, string>? CaptionIdFiles { get; init; }

    /// <summary>Feature files that count for the data set's content hash; none by default (then images count by their names in the JSON).</summary>
    public IReadOnlyList<string> FeatureFiles { get; init; } = [];
}

/// <summary>
/// <c>dataset_flickr30k.json</c> and <c>dataset_coco.json</c>: captions, ids and splits; the images come from a folder or a feature file. The order within a
/// split is the evaluation order. Source: Karpathy and Fei-Fei (CVPR 2015), METHODS.md 6.2 [V].
/// </summary>
public static class KarpathyJson
{
    /// <summary>One image of the file, for those who supply its pixels or features.</summary>
    /// <param name="Id">cocoid, or imgid where there is none.</param>
    /// <param name="ImageId">imgid.</param>
    /// <param name="Path">filepath/filename.</param>
    public readonly record struct Entry(long Id, long ImageId, string Path);

    /// <summary>Reads the file.</summary>
    /// <param name="path">The JSON.</param>
    /// <param name="images">Gives the image source for the entries, one row each, in their order (a folder, or features found by id).</param>
    /// <param name="options">Defaults when null.</param>
    /// <exception cref="DataException">A key is missing or of another type, an id occurs twice, a caption id is unknown, or images and entries differ in
    /// number.</exception>
    public static PairDataset Open(string path, Func<IReadOnlyList<Entry>, IImageSource> images, KarpathyOptions? options = null)
    {
        options ??= new();
        ArgumentOutOfRangeException.ThrowIfLessThan(options.CaptionsPerImage, 1, nameof(options));
        (string name, List<CaptionedImage> found, Entry[] entries) = Read(path, options);
        IImageSource source = images(entries);
        try
        {
            if (source.Count != entries.Length) throw DataException.At(path, "", $"one image a feature row ({source.Count})", $"{entries.Length} images");
            string hash = ContentHash.OfFiles(new[] { path }.Concat(options.FeatureFiles)), choices = Choices(source, options);
            if (choices.Length > 0) hash = ContentHash.OfText(hash + choices);
            PairDataset dataset = CaptionedImage.ToDataset(name, source, found, hash, options.CaptionsPerImage);
            return options.CaptionIdFiles is null ? dataset : VseppIds.Apply(dataset, options.CaptionIdFiles);
        }
        catch
        {
            source.Dispose();
            throw;
        }
    }

    // What beside the files makes another data set of them; empty for features as all published results read them.
    private static string Choices(IImageSource source, KarpathyOptions options) =>
        (source.Kind == ImageKind.Pixels ? $"\nside {source.RowShape[^1]}" : "")
        + (options.RestvalIntoTrain ? "" : "\nrestval apart")
        + (options.CaptionsPerImage == 5 ? "" : $"\n{options.CaptionsPerImage} captions");

    private static (string, List<CaptionedImage>, Entry[]) Read(string path, KarpathyOptions options)
    {
        using FileStream file = Guarded.Run(path, () => File.OpenRead(path));
        using JsonDocument document = Parse(path, file);
        if (document.RootElement.ValueKind != JsonValueKind.Object)
            throw DataException.At(path, "", "an object with \"images\"", $"a JSON {document.RootElement.ValueKind}");
        JsonRecord root = new(path, "the file", document.RootElement);
        List<CaptionedImage> images = [];
        List<Entry> entries = [];
        HashSet<long> imageIds = [], sentenceIds = [];
        foreach (JsonRecord image in root.Records("images", atLeast: 1))
        {
            long imgid = image.Int64("imgid"), id = image.Has("cocoid") ? image.Int64("cocoid") : imgid;
            string split = image.Text("split"),
                under = image.Has("filepath") ? image.Text("filepath") : "",
                picture = under.Length > 0 ? $"{under}/{image.Text("filename")}" : image.Text("filename");
            if (!imageIds.Add(imgid)) throw DataException.At(path, image.Where, "an imgid that occurs once", $"{imgid} again");
            JsonRecord[] sentences = image.Records("sentences");
            foreach (JsonRecord sentence in sentences)
                if (!sentenceIds.Add(sentence.Int64("sentid")))
                    throw DataException.At(path, sentence.Where, "a sentid that occurs once", $"{sentence.Int64("sentid")} again");
            images.Add(new CaptionedImage(id, picture, [options.RestvalIntoTrain && split == "restval" ? "train" : split], null, [],
                [.. sentences.Select(sentence => ((long?)sentence.Int64("sentid"), sentence.Text("raw").ReplaceLineEndings(" ").Trim()))]));
            entries.Add(new Entry(id, imgid, picture));
        }
        return (root.Has("dataset") ? root.Text("dataset") : Path.GetFileNameWithoutExtension(path), images, [.. entries]);
    }

    private static JsonDocument Parse(string path, FileStream file)
    {
        try
        {
            return JsonDocument.Parse(file);
        }
        catch (JsonException error)
        {
            throw new DataException($"{path}: expected JSON: {error.Message}", error);
        }
    }
}
