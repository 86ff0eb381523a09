using System.IO.Compression;

namespace ITContrast.Data;

/// <summary>
/// PNGs of one size in a zip archive as an image source. The compressed files are held in memory (15 MB for pictocap); each is decoded on first
/// use and the decoded bytes are kept.
/// </summary>
internal sealed class ZippedPngs : IImageSource
{
    private readonly string path;
    private readonly string[] names;
    private readonly byte[]?[] files;
    private readonly byte[]?[] decoded;
    private readonly int side;

    /// <summary>Reads the archive; a name without an entry, or an entry that does not decompress, is an error that gives its row.</summary>
    public ZippedPngs(string path, string[] names, int side)
    {
        (this.path, this.names, this.side) = (path, names, side);
        files = new byte[names.Length][];
        decoded = new byte[names.Length][];
        RowShape = [3, side, side];
        try
        {
            using ZipArchive archive = ZipFile.OpenRead(path);
            Dictionary<string, ZipArchiveEntry> entries = archive.Entries.ToDictionary(entry => entry.FullName);
            for (int i = 0; i < names.Length; i++)
            {
                if (!entries.TryGetValue(names[i], out ZipArchiveEntry? entry))
                    throw DataException.At(path, $"image row {i}", $"an entry \"{names[i]}\"", "none of that name", "Restore the archive from the repository.");
                byte[] bytes = new byte[entry.Length];
                using Stream stream = entry.Open();
                stream.ReadExactly(bytes);
                files[i] = bytes;
            }
        }
        catch (Exception error) when (error is IOException or InvalidDataException or EndOfStreamException)
        {
            throw new DataException($"{path}: expected a zip archive with {names.Length} images, could not read it: {error.Message}", error);
        }
    }

    public ImageKind Kind => ImageKind.Pixels;

    public int Count => names.Length;

    public IReadOnlyList<long> RowShape { get; }

    public ImageBatch Read(ReadOnlySpan<int> rows)
    {
        int size = 3 * side * side;
        ImageBatch batch = ImageBatch.Allocate(Kind, [rows.Length, 3, side, side]);
        try
        {
            Span<float> values = batch.ValueSpan;
            for (int i = 0; i < rows.Length; i++) new RgbImage(side, side, Pixels(rows[i])).CopyPlanes(values.Slice(i * size, size));
            return batch;
        }
        catch
        {
            batch.Dispose();
            throw;
        }
    }

    public void Dispose() { }

    private byte[] Pixels(int row)
    {
        if ((uint)row >= (uint)names.Length)
            throw new ArgumentOutOfRangeException(nameof(row), $"{path}: expected an image row below {names.Length}, found {row}.");
        // Two threads may decode the same image at once; both get the same bytes and one array stays.
        if (Volatile.Read(ref decoded[row]) is { } ready) return ready;
        RgbImage image = PngDecoder.Decode(files[row], $"{path}:{names[row]} (image row {row})");
        if (image.Width != side || image.Height != side)
            throw DataException.At($"{path}:{names[row]}", $"image row {row}", $"{side} × {side} pixels", $"{image.Width} × {image.Height}");
        Volatile.Write(ref decoded[row], image.Bytes);
        return image.Bytes;
    }
}
