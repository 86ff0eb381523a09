namespace ITContrast.Data;

/// <summary>
/// Hand-made features of pixel images: oriented gradients, averaged colours and a colour histogram. Either one vector an image, or one
/// a region of a regular grid (with its box), in the shape detector features have, so that every region encoder runs on them.
/// <code>
///   global  [2660] = colours 16·16·3 | gradient blocks 7·7·(2·2·9) | √hsv histogram 8·4·4          (64×64 image, defaults)
///   regions [16, 212]: of each 16×16 square  colours 4·4·3 | gradient block 2·2·9 | √hsv histogram 8·4·4
/// </code>
/// Square roots of frequencies make the histogram's dot product the Bhattacharyya coefficient. Rows are computed on first use and kept.
/// </summary>
public sealed class GridFeatures : IImageSource
{
    private readonly IImageSource pixels;
    private readonly GridFeatureOptions options;
    private readonly int height, width, across, regions, vector;
    private readonly float[]?[] computed;
    private readonly float[] boxes;

    /// <param name="pixels">Images as pixels; they stay their data set's and are not disposed with this source.</param>
    /// <param name="options">Defaults when null.</param>
    /// <exception cref="ArgumentException">The source gives no pixels, or the options do not fit its images.</exception>
    public GridFeatures(IImageSource pixels, GridFeatureOptions? options = null)
    {
        if (pixels.Kind != ImageKind.Pixels)
            throw new ArgumentException($"Grid features are computed from pixels; this source gives {pixels.Kind}.", nameof(pixels));
        this.pixels = pixels;
        (height, width) = ((int)pixels.RowShape[1], (int)pixels.RowShape[2]);
        this.options = options = (options ?? new()).Validated(height, width);
        across = width / options.Cell;
        int down = height / options.Cell, size = options.RegionCells, block = size * size * options.Orientations;
        int stride = Kind == ImageKind.Global ? 1 : options.Stride, rows = (down - size) / stride + 1, columns = (across - size) / stride + 1;
        regions = rows * columns;
        if (Kind == ImageKind.Global)
        {
            vector = height / options.ColourPool * (width / options.ColourPool) * 3 + regions * block + options.Histogram;
            (RowShape, boxes) = ([vector], []);
        }
        else
        {
            int side = size * options.Cell / options.ColourPool;
            vector = side * side * 3 + block + options.Histogram;
            (RowShape, boxes) = ([regions, vector], new float[4 * regions]);
            for (int r = 0; r < regions; r++)
            {
                int y = r / columns * stride, x = r % columns * stride;
                (boxes[4 * r], boxes[4 * r + 1], boxes[4 * r + 2], boxes[4 * r + 3]) =
                    ((float)x / across, (float)y / down, (float)(x + size) / across, (float)(y + size) / down);
            }
        }
        computed = new float[pixels.Count][];
    }

    /// <inheritdoc/>
    public ImageKind Kind => options.Kind;

    /// <inheritdoc/>
    public int Count => pixels.Count;

    /// <inheritdoc/>
    public IReadOnlyList<long> RowShape { get; }

    /// <summary>The data set with grid features in place of its pixels.</summary>
    public static PairDataset Of(PairDataset dataset, GridFeatureOptions? options = null)
    {
        GridFeatures features = new(dataset.Images, options);
        return dataset.WithImages(features, features.options.Identity);
    }

    /// <inheritdoc/>
    public ImageBatch Read(ReadOnlySpan<int> rows)
    {
        Compute(rows);
        bool grid = Kind == ImageKind.Regions;
        ImageBatch batch = ImageBatch.Allocate(Kind, grid ? [rows.Length, regions, vector] : [rows.Length, vector], boxes: grid);
        Span<float> values = batch.ValueSpan, allBoxes = batch.BoxSpan;
        int size = computed[rows[0]]!.Length;
        for (int i = 0; i < rows.Length; i++)
        {
            computed[rows[i]].AsSpan().CopyTo(values[(i * size)..]);
            if (grid) boxes.CopyTo(allBoxes[(i * boxes.Length)..]);
        }
        batch.CountSpan.Fill(regions);
        return batch;
    }

    /// <summary>Forgets nothing and closes nothing: the pixels belong to the data set they came from.</summary>
    public void Dispose() { }

    private void Compute(ReadOnlySpan<int> rows)
    {
        List<int> missing = [];
        foreach (int row in rows)
        {
            if ((uint)row >= (uint)Count) throw new ArgumentOutOfRangeException(nameof(rows), $"Expected an image row below {Count}, found {row}.");
            if (Volatile.Read(ref computed[row]) is null) missing.Add(row);
        }
        if (missing.Count == 0) return;
        int[] todo = [.. missing.Distinct()];
        using ImageBatch batch = pixels.Read(todo);
        Parallel.For(0, todo.Length, i => Volatile.Write(ref computed[todo[i]], One(batch.ValueSpan.Slice(i * 3 * height * width, 3 * height * width))));
    }

    private float[] One(ReadOnlySpan<float> planes)
    {
        float[] cells = OrientedGradients.Cells(planes, height, width, options.Cell, options.Orientations);
        float[] result = new float[(int)RowShape.Aggregate((a, b) => a * b)];
        int size = options.RegionCells, block = size * size * options.Orientations, stride = Kind == ImageKind.Global ? 1 : options.Stride;
        int columns = (across - size) / stride + 1, at = 0;
        Square whole = new(0, 0, height, width);
        if (Kind == ImageKind.Global) at += ColourStatistics.Averages(planes, height, width, whole, options.ColourPool, result);
        for (int r = 0; r < regions; r++)
        {
            int row = r / columns * stride, column = r % columns * stride;
            Square square = new(row * options.Cell, column * options.Cell, size * options.Cell, size * options.Cell);
            if (Kind == ImageKind.Regions) at += ColourStatistics.Averages(planes, height, width, square, options.ColourPool, result.AsSpan(at));
            OrientedGradients.Block(cells, across, options.Orientations, row, column, size, result.AsSpan(at, block));
            at += block;
            if (Kind == ImageKind.Regions) at += ColourStatistics.Histogram(planes, height, width, square, options.ColourBins, result.AsSpan(at));
        }
        if (Kind == ImageKind.Global) ColourStatistics.Histogram(planes, height, width, whole, options.ColourBins, result.AsSpan(at));
        return result;
    }
}
