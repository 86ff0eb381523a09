namespace ITContrast.Data;

/// <summary>
/// Images and captions with ids, groups, tags and splits: the one type behind every reader. Owns its image source.
/// </summary>
public sealed class PairDataset : IDisposable
{
    private readonly Dictionary<string, PairSplit> splits;

    /// <param name="name">The data set's name, as it appears in run folders and reports.</param>
    /// <param name="images">The images; disposed with the data set.</param>
    /// <param name="table">Captions, ids, groups and tags.</param>
    /// <param name="splits">At least one split, names unique.</param>
    /// <param name="contentHash">Lower-case hexadecimal SHA-256 of what the data set was read from.</param>
    /// <exception cref="DataException">Images and table differ in count, no split, or two of one name.</exception>
    public PairDataset(string name, IImageSource images, IPairTable table, IEnumerable<PairSplit> splits, string contentHash)
    {
        if (images.Count != table.ImageCount)
            throw new DataException($"{name}: the image source holds {images.Count} images, but the captions' table expects {table.ImageCount}.");
        Name = name;
        Images = images;
        Table = table;
        ContentHash = contentHash;
        this.splits = new(StringComparer.Ordinal);
        foreach (PairSplit split in splits)
            if (!this.splits.TryAdd(split.Name, split)) throw new DataException($"{name}: two splits are named \"{split.Name}\"; names must be unique.");
        if (this.splits.Count == 0) throw new DataException($"{name}: expected at least one split, found none.");
        SplitNames = [.. this.splits.Keys];
    }

    /// <summary>The data set's name.</summary>
    public string Name { get; }

    /// <summary>The images.</summary>
    public IImageSource Images { get; }

    /// <summary>Captions, ids, groups and tags by row.</summary>
    public IPairTable Table { get; }

    /// <summary>Lower-case hexadecimal SHA-256 of what the data set was read from; part of a run's identity.</summary>
    public string ContentHash { get; }

    /// <summary>The splits' names, in the files' order.</summary>
    public IReadOnlyList<string> SplitNames { get; }

    /// <summary>The number of images.</summary>
    public int ImageCount => Table.ImageCount;

    /// <summary>The number of captions.</summary>
    public int CaptionCount => Table.CaptionCount;

    /// <summary>The caption's text.</summary>
    public string Caption(int captionRow) => Table.Caption(captionRow);

    /// <summary>The image row that the caption was written for.</summary>
    public int ImageOf(int captionRow) => Table.ImageOf(captionRow);

    /// <summary>The caption's id.</summary>
    public long CaptionId(int captionRow) => Table.CaptionId(captionRow);

    /// <summary>The image's id.</summary>
    public long ImageId(int imageRow) => Table.ImageId(imageRow);

    /// <summary>The image's concept; the image itself where the data set knows none.</summary>
    public long Group(int imageRow) => Table.Group(imageRow);

    /// <summary>
    /// The split of that name. What most layouts call "val" is "dev" in SCAN's and VSE∞'s files: where only one of the two is there, it answers to both names.
    /// </summary>
    /// <exception cref="ArgumentException">There is no such split; the message lists those there are.</exception>
    public PairSplit Split(string name) =>
        splits.TryGetValue(name, out PairSplit? split)
        || splits.TryGetValue(
            name switch
            {
                "val" => "dev",
                "dev" => "val",
                _ => name,
            },
            out split)
        ? split
        : throw new ArgumentException($"{Name} has no split \"{name}\"; it has {string.Join(", ", SplitNames)}.", nameof(name));

    /// <summary>
    /// The same pairs with other image features (as from <see cref="GridFeatures"/>); the new data set owns <paramref name="images"/>, this one keeps its own.
    /// </summary>
    /// <param name="images">As many rows as this data set has images, in the same order.</param>
    /// <param name="derivation">What was done, as in "grid-features v1"; goes into the content hash.</param>
    public PairDataset WithImages(IImageSource images, string derivation) =>
        new(Name, images, Table, splits.Values, Data.ContentHash.OfText(ContentHash + "\n" + derivation));

    /// <summary>Frees the image source.</summary>
    public void Dispose() => Images.Dispose();
}
