namespace ITContrast.Data;

/// <summary>
/// Regions with their boxes behind their features, as OSCAR reads them.
/// <code>row = [ features | x1/W, y1/H, x2/W, y2/H, (x2−x1)/W, (y2−y1)/H ]        zeros past an image's count</code>
/// Regions get no position embedding in OSCAR: these six numbers are all it knows of where a region lies.
/// Source: microsoft/Oscar, issue 33 [V, METHODS 6.5].
/// </summary>
public sealed class BoxedRegions : IImageSource
{
    /// <summary>Numbers added to a region.</summary>
    public const int BoxNumbers = 6;

    private readonly IImageSource regions;

    /// <param name="regions">Regions with boxes; it stays its data set's and is not disposed with this source.</param>
    /// <exception cref="ArgumentException">The source gives no regions.</exception>
    public BoxedRegions(IImageSource regions)
    {
        if (regions.Kind != ImageKind.Regions) throw new ArgumentException($"Boxes are added to regions; this source gives {regions.Kind}.", nameof(regions));
        this.regions = regions;
        RowShape = [regions.RowShape[0], regions.RowShape[1] + BoxNumbers];
    }

    /// <inheritdoc/>
    public ImageKind Kind => ImageKind.Regions;

    /// <inheritdoc/>
    public int Count => regions.Count;

    /// <inheritdoc/>
    public IReadOnlyList<long> RowShape { get; }

    /// <inheritdoc/>
    public IReadOnlyList<string> Remarks => regions.Remarks;

    /// <summary>The data set with boxes behind its regions.</summary>
    public static PairDataset Of(PairDataset dataset) => dataset.WithImages(new BoxedRegions(dataset.Images), "boxed-regions v1");

    /// <summary>
    /// The data set as an OSCAR model reads it: boxes behind the regions, unless they are there already (as in OSCAR's own files) or the source has none.
    /// </summary>
    /// <param name="dataset">Regions.</param>
    /// <param name="width">Numbers a region that the model reads; null for a model that is made to fit.</param>
    /// <exception cref="DataException">The images are no regions, or cannot have that width.</exception>
    public static PairDataset ForOscar(PairDataset dataset, int? width)
    {
        if (dataset.Images.Kind != ImageKind.Regions)
            throw new DataException(
                $"{dataset.Name} holds {(dataset.Images.Kind == ImageKind.Pixels ? "pixels" : "one vector an image")}; OSCAR reads regions.");
        long own = dataset.Images.RowShape[1];
        if (own == width) return dataset;
        bool apart;
        using (ImageBatch first = dataset.Images.Read([0])) apart = first.Boxes is not null;
        if (apart && (width ?? own + BoxNumbers) == own + BoxNumbers) return Of(dataset);
        return width is null ? dataset
            : throw new DataException(
                $"{dataset.Name}: expected regions of {width} numbers, or of {width - BoxNumbers} with boxes apart, as the model reads them; found {own} {(apart ? "with" : "without")} boxes."
            );
    }

    /// <inheritdoc/>
    /// <exception cref="DataException">The source knows no boxes.</exception>
    public ImageBatch Read(ReadOnlySpan<int> rows)
    {
        using ImageBatch plain = regions.Read(rows);
        if (plain.Boxes is null)
            throw new DataException(
                "These regions come without boxes, but OSCAR reads 6 box numbers behind each region's features. Use features that carry boxes.");
        (int places, int width) = ((int)RowShape[0], (int)RowShape[1] - BoxNumbers);
        ImageBatch batch = ImageBatch.Allocate(Kind, [rows.Length, .. RowShape], boxes: true);
        plain.CountSpan.CopyTo(batch.CountSpan);
        plain.BoxSpan.CopyTo(batch.BoxSpan);
        Span<float> from = plain.ValueSpan, to = batch.ValueSpan, boxes = plain.BoxSpan;
        to.Clear();
        for (int i = 0; i < rows.Length; i++)
            for (int r = 0; r < batch.CountSpan[i]; r++)
            {
                int at = i * places + r;
                Span<float> row = to.Slice(at * (width + BoxNumbers), width + BoxNumbers), box = boxes.Slice(4 * at, 4);
                from.Slice(at * width, width).CopyTo(row);
                box.CopyTo(row[width..]);
                (row[width + 4], row[width + 5]) = (box[2] - box[0], box[3] - box[1]);
            }
        return batch;
    }

    /// <summary>Closes nothing: the regions belong to the data set they came from.</summary>
    public void Dispose() { }
}
