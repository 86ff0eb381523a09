namespace ITContrast.Data;

/// <summary>Captions, ids, groups and tags in memory; lengths are checked at construction.</summary>
public sealed class PairTable : IPairTable
{
    private readonly string[] captions;
    private readonly int[] imageOf;
    private readonly long[] captionIds, imageIds;
    private readonly long[]? groups;
    private readonly string[]? names;
    private readonly IReadOnlyList<string>[]? tags;

    /// <param name="captions">Text by caption row.</param>
    /// <param name="imageOf">Image row by caption row.</param>
    /// <param name="imageIds">Ids by image row.</param>
    /// <param name="captionIds">Ids by caption row; the row itself when null.</param>
    /// <param name="groups">Groups by image row; the row itself when null.</param>
    /// <param name="names">File names or keys by image row; the id when null.</param>
    /// <param name="tags">Object tags by image row; none when null.</param>
    /// <exception cref="ShapeException">Arrays by caption or by image differ in length.</exception>
    /// <exception cref="DataException">A caption names an image row that does not exist.</exception>
    public PairTable(string[] captions, int[] imageOf, long[] imageIds, long[]? captionIds = null, long[]? groups = null,
        string[]? names = null, IReadOnlyList<string>[]? tags = null)
    {
        Same(nameof(imageOf), imageOf.Length, captions.Length);
        Same(nameof(captionIds), captionIds?.Length, captions.Length);
        Same(nameof(groups), groups?.Length, imageIds.Length);
        Same(nameof(names), names?.Length, imageIds.Length);
        Same(nameof(tags), tags?.Length, imageIds.Length);
        for (int i = 0; i < imageOf.Length; i++)
            if ((uint)imageOf[i] >= (uint)imageIds.Length)
                throw new DataException($"Caption row {i}: expected an image row below {imageIds.Length}, found {imageOf[i]}.");
        this.captions = captions;
        this.imageOf = imageOf;
        this.imageIds = imageIds;
        this.captionIds = captionIds ?? Array.ConvertAll(Enumerable.Range(0, captions.Length).ToArray(), i => (long)i);
        this.groups = groups;
        this.names = names;
        this.tags = tags;
    }

    /// <inheritdoc/>
    public int ImageCount => imageIds.Length;

    /// <inheritdoc/>
    public int CaptionCount => captions.Length;

    /// <inheritdoc/>
    public string Caption(int captionRow) => captions[captionRow];

    /// <inheritdoc/>
    public int ImageOf(int captionRow) => imageOf[captionRow];

    /// <inheritdoc/>
    public long CaptionId(int captionRow) => captionIds[captionRow];

    /// <inheritdoc/>
    public long ImageId(int imageRow) => imageIds[imageRow];

    /// <inheritdoc/>
    public long Group(int imageRow) => groups is null ? imageRow : groups[imageRow];

    /// <inheritdoc/>
    public string ImageName(int imageRow) => names is null ? imageIds[imageRow].ToString() : names[imageRow];

    /// <inheritdoc/>
    public IReadOnlyList<string> Tags(int imageRow) => tags is null ? [] : tags[imageRow];

    private static void Same(string name, int? found, int expected)
    {
        if (found is { } length && length != expected) throw ShapeException.Of(name, $"{expected}", [length]);
    }
}
