namespace ITContrast.Data;

/// <summary>Image files as pixels, decoded when read (the page cache keeps the files, not the pixels).</summary>
public sealed class ImageFiles : IImageSource
{
    private readonly string[] paths;
    private readonly int side;
    private readonly ImageFit? fit;

    /// <param name="paths">One file an image row.</param>
    /// <param name="side">Pixels a side of what is read.</param>
    /// <param name="fit">How other sizes are made to fit; null refuses them.</param>
    /// <exception cref="DataException">A file is missing or a symbolic link leads nowhere; the message names the row.</exception>
    public ImageFiles(string[] paths, int side, ImageFit? fit = ImageFit.Crop)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(side, 1);
        for (int row = 0; row < paths.Length; row++) CheckExists(paths[row], row);
        (this.paths, this.side, this.fit) = (paths, side, fit);
        RowShape = [3, side, side];
    }

    /// <inheritdoc/>
    public ImageKind Kind => ImageKind.Pixels;

    /// <inheritdoc/>
    public int Count => paths.Length;

    /// <inheritdoc/>
    public IReadOnlyList<long> RowShape { get; }

    /// <inheritdoc/>
    public ImageBatch Read(ReadOnlySpan<int> rows)
    {
        ImageBatch batch = ImageBatch.Allocate(Kind, [rows.Length, 3, side, side]);
        try
        {
            int size = 3 * side * side;
            for (int i = 0; i < rows.Length; i++)
            {
                if ((uint)rows[i] >= (uint)Count) throw new ArgumentOutOfRangeException(nameof(rows), $"Expected an image row below {Count}, found {rows[i]}.");
                RgbImage image = ImageDecoder.DecodeFile(paths[rows[i]]);
                if (fit is { } how) image = ImageResizer.Square(image, side, how);
                else if (image.Width != side || image.Height != side)
                    throw DataException.At(
                        paths[rows[i]], $"image row {rows[i]}", $"{side} × {side} pixels, as all images of the folder", $"{image.Width} × {image.Height}",
                        "Choose how sizes are made equal: crop, pad or stretch.");
                image.CopyPlanes(batch.ValueSpan.Slice(i * size, size));
            }
            return batch;
        }
        catch
        {
            batch.Dispose();
            throw;
        }
    }

    /// <summary>Nothing is held open.</summary>
    public void Dispose() { }

    private static void CheckExists(string path, int row)
    {
        // File.Exists is true of a link that leads nowhere, so links are followed first.
        if (new FileInfo(path).LinkTarget is { } target && !LeadsToFile(path))
            throw DataException.At(path, $"image row {row}", "an image file", $"a symbolic link to {target} that leads to no file (broken, or a loop)");
        if (!File.Exists(path)) throw DataException.At(path, $"image row {row}", "an image file", Directory.Exists(path) ? "a folder" : "no file of that name");
    }

    private static bool LeadsToFile(string link)
    {
        try
        {
            return File.ResolveLinkTarget(link, returnFinalTarget: true) is { Exists: true };
        }
        catch (IOException)
        {
            return false;
        }
    }
}
