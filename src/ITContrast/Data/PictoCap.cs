using System.Text.Json;

namespace ITContrast.Data;

/// <summary>Which of pictocap's two divisions to open.</summary>
public enum PictoCapDivision
{
    /// <summary>Unseen concepts (default): families of concepts never cross splits. train 5,190 · val 127 · test 267 · rest 2,089 images.</summary>
    UnseenConcepts,

    /// <summary>Unseen drawings: concepts are seen in training, these drawings are not. train 7,049 · val 229 · test 395.</summary>
    UnseenDrawings,
}

/// <summary>
/// The embedded data set: 7,673 drawings (64×64) of 1,644 concepts in five styles, five captions each. An image's group is its concept, so every
/// drawing of a concept is a positive for every caption of it. Its README gives counts, licences and how it was made.
/// </summary>
public static class PictoCap
{
    /// <summary>Pixels a side.</summary>
    public const int Side = 64;

    /// <summary>Opens the data set.</summary>
    /// <param name="folder">The folder that holds <c>captions.jsonl</c> and <c>images.zip</c>; <c>data/pictocap</c> of the repository when null.</param>
    /// <param name="division">Which splits.</param>
    /// <exception cref="DataException">A file is missing or damaged, an image has no captions, an id or a sentence id occurs twice.</exception>
    public static PairDataset Open(string? folder = null, PictoCapDivision division = PictoCapDivision.UnseenConcepts)
    {
        folder ??= DataFolders.Find("pictocap");
        string captionsPath = Path.Combine(folder, "captions.jsonl"), imagesPath = Path.Combine(folder, "images.zip");
        PictoCapImage[] images = ReadImages(folder);
        List<string> captions = [];
        List<int> imageOf = [];
        List<long> captionIds = [];
        Dictionary<string, long> concepts = [];
        HashSet<long> imageIds = [], sentenceIds = [];
        for (int row = 0; row < images.Length; row++)
        {
            PictoCapImage image = images[row];
            if (!imageIds.Add(image.Id)) throw DataException.At(captionsPath, $"line {row + 1}", "an imgid that occurs once", $"{image.Id} again");
            concepts.TryAdd(image.Concept, concepts.Count);
            foreach (PictoCapSentence sentence in image.Sentences)
            {
                if (!sentenceIds.Add(sentence.Id)) throw DataException.At(captionsPath, $"line {row + 1}", "a sentid that occurs once", $"{sentence.Id} again");
                captions.Add(sentence.Text);
                imageOf.Add(row);
                captionIds.Add(sentence.Id);
            }
        }
        PairTable table = new([.. captions], [.. imageOf], Array.ConvertAll(images, image => image.Id), [.. captionIds],
            Array.ConvertAll(images, image => concepts[image.Concept]), Array.ConvertAll(images, image => image.FileName));
        bool unseen = division == PictoCapDivision.UnseenConcepts;
        IEnumerable<PairSplit> splits = SplitBuilder.Build(table, row => unseen ? images[row].Split : images[row].SplitStyle,
            unseen ? ["train", "val", "test", "rest"] : ["train", "val", "test"]);
        string hash = Data.ContentHash.OfText(Data.ContentHash.OfFiles(captionsPath, imagesPath) + division);
        return new PairDataset("pictocap", new ZippedPngs(imagesPath, Array.ConvertAll(images, image => image.FileName), Side), table, splits, hash);
    }

    /// <summary>All facts about each drawing (concept, family, style, licence, …), by image row.</summary>
    /// <param name="folder">As for <see cref="Open"/>.</param>
    /// <exception cref="DataException">The file is missing, a line is no JSON or lacks a key.</exception>
    public static PictoCapImage[] ReadImages(string? folder = null)
    {
        string path = Path.Combine(folder ?? DataFolders.Find("pictocap"), "captions.jsonl");
        return [.. JsonLines.Read(path).Select(line => Parse(line))];
    }

    private static PictoCapImage Parse(JsonRecord line) => new(line.Int64("imgid"), line.Text("filename"), line.Text("split"), line.Text("split_style"),
        line.Text("concept"), line.Text("family"), line.Text("style"), line.Text("category"), line.Text("subcategory"), line.Text("emoji"),
        line.Text("license"), line.Text("author"),
        [
            .. line.Records("sentences", atLeast: 1)
                .Select(sentence => new PictoCapSentence(sentence.Int64("sentid"), sentence.Text("kind"), sentence.Text("raw"))),
        ]);
}
