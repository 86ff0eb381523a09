namespace ITContrast.Data.Scenes;

/// <summary>A world of coloured shapes as a data set.</summary>
public sealed record SceneOptions
{
    /// <summary>Training images, at least 1.</summary>
    public int Train { get; init; } = 8_000;

    /// <summary>Validation images.</summary>
    public int Validation { get; init; } = 1_000;

    /// <summary>Test images.</summary>
    public int Test { get; init; } = 1_000;

    /// <summary>The world's seed.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>2 or 3.</summary>
    public int MaximumObjects { get; init; } = 3;

    /// <summary><see cref="ImageKind.Pixels"/> (default) or <see cref="ImageKind.Regions"/>: one row an object, as a detector would give.</summary>
    public ImageKind Kind { get; init; } = ImageKind.Pixels;

    /// <summary>Pixels a side, at least 16; ignored for regions.</summary>
    public int Side { get; init; } = 64;

    /// <summary>Standard deviation of the noise on region features, at least 0; ignored for pixels.</summary>
    public double Noise { get; init; } = 0.1;

    internal SceneOptions Validated()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Train, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(Validation);
        ArgumentOutOfRangeException.ThrowIfNegative(Test);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((long)Train + Validation + Test, int.MaxValue / SceneCaption.Templates, nameof(Train));
        ArgumentOutOfRangeException.ThrowIfLessThan(Side, 16);
        if (Kind == ImageKind.Global) throw new ArgumentException("Scenes are pixels or regions.", nameof(Kind));
        if (!(Noise >= 0)) throw new ArgumentOutOfRangeException(nameof(Noise), Noise, "Expected 0 or more.");
        return this;
    }
}

/// <summary>
/// The synthetic data set: images, captions and groups are computed by row, so 10 million pairs need no memory but the splits' row numbers. Image rows are
/// train, then val, then test; caption row 5·i + t is image i in template t. The group is what the scene means: images of one group share all captions.
/// </summary>
public sealed class SyntheticScenes : IPairTable
{
    private readonly SceneOptions options;
    private readonly SceneGenerator generator;

    private SyntheticScenes(SceneOptions options)
    {
        this.options = options.Validated();
        generator = new SceneGenerator(options.Seed, options.MaximumObjects);
    }

    /// <summary>Opens the world; splits without images are left out.</summary>
    public static PairDataset Open(SceneOptions? options = null)
    {
        SyntheticScenes table = new(options ??= new());
        List<PairSplit> splits = [];
        int first = 0;
        foreach ((string name, int count) in new[] { ("train", options.Train), ("val", options.Validation), ("test", options.Test) })
        {
            if (count > 0) splits.Add(Contiguous(name, first, count));
            first += count;
        }
        return new PairDataset("scenes", new SceneImages(table, options), table, splits, Data.ContentHash.OfText($"scenes v1 {options}"));
    }

    /// <summary>The world behind a data set of <see cref="Open"/>, for scenes and negatives.</summary>
    /// <exception cref="ArgumentException">The data set is no synthetic one.</exception>
    public static SyntheticScenes Behind(PairDataset dataset) => dataset.Table as SyntheticScenes
        ?? throw new ArgumentException($"{dataset.Name} is not a synthetic world; scenes are known only there.", nameof(dataset));

    /// <summary>The scene of an image row.</summary>
    public Scene Scene(int imageRow)
    {
        if ((uint)imageRow >= (uint)ImageCount)
            throw new ArgumentOutOfRangeException(nameof(imageRow), $"Expected an image row below {ImageCount}, found {imageRow}.");
        return imageRow < options.Train ? generator.Scene(imageRow, "train")
            : imageRow < options.Train + options.Validation ? generator.Scene(imageRow - options.Train, "val")
            : generator.Scene(imageRow - options.Train - options.Validation, "test");
    }

    /// <summary>The claims of a caption row.</summary>
    public SceneCaption Claims(int captionRow) => SceneCaption.Of(Scene(captionRow / SceneCaption.Templates), captionRow % SceneCaption.Templates);

    /// <summary>The known hard negatives of a caption row, nearest first; always the same for one seed.</summary>
    public IReadOnlyList<SceneNegative> Negatives(int captionRow, ulong seed = 0) =>
        SceneNegatives.All(
            Scene(captionRow / SceneCaption.Templates), captionRow % SceneCaption.Templates, new RandomStream(seed, "scene-negatives", captionRow));

    /// <inheritdoc/>
    public int ImageCount => options.Train + options.Validation + options.Test;

    /// <inheritdoc/>
    public int CaptionCount => ImageCount * SceneCaption.Templates;

    /// <inheritdoc/>
    public string Caption(int captionRow) => Claims(captionRow).Text;

    /// <inheritdoc/>
    public int ImageOf(int captionRow) => captionRow / SceneCaption.Templates;

    /// <inheritdoc/>
    public long CaptionId(int captionRow) => captionRow;

    /// <inheritdoc/>
    public long ImageId(int imageRow) => imageRow;

    /// <inheritdoc/>
    public long Group(int imageRow) => Scene(imageRow).Meaning;

    /// <inheritdoc/>
    public string ImageName(int imageRow) => $"scene-{imageRow}";

    /// <summary>Colour and shape of each object, as in "red circle".</summary>
    public IReadOnlyList<string> Tags(int imageRow) => [.. Scene(imageRow).Objects.Select(item => $"{item.Colour} {item.Shape}".ToLowerInvariant())];

    private static PairSplit Contiguous(string name, int first, int count)
    {
        int[] imageRows = new int[count], captionRows = new int[count * SceneCaption.Templates], imageOf = new int[captionRows.Length];
        for (int i = 0; i < count; i++) imageRows[i] = first + i;
        for (int i = 0; i < captionRows.Length; i++) (captionRows[i], imageOf[i]) = (first * SceneCaption.Templates + i, i / SceneCaption.Templates);
        return new PairSplit(name, imageRows, captionRows, imageOf);
    }
}
