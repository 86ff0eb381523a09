using ITContrast.Data;
using ITContrast.Torch;
using static TorchSharp.torch;

namespace ITContrast.Experiments;

/// <summary>Regions of all images of a data set in a safetensors file, mapped when they are first read.</summary>
/// <param name="path">The file, as <see cref="StoredFeatures"/> writes it; it need not exist before the first read.</param>
/// <param name="shape"><c>[N, R, D_r]</c>.</param>
internal sealed class StoredRegions(string path, long[] shape) : IImageSource
{
    public const string TensorName = "regions", WordsName = "words";

    private readonly Lazy<SafetensorsFile> file = new(() => Open(path, shape));

    public bool Exists => File.Exists(path);

    public ImageKind Kind => ImageKind.Regions;

    public int Count => (int)shape[0];

    public IReadOnlyList<long> RowShape => shape[1..];

    public ImageBatch Read(ReadOnlySpan<int> rows)
    {
        TensorView regions = file.Value[TensorName];
        int size = (int)(shape[1] * shape[2]);
        ImageBatch batch = ImageBatch.Allocate(Kind, [rows.Length, shape[1], shape[2]]);
        for (int i = 0; i < rows.Length; i++)
        {
            if ((uint)rows[i] >= (uint)Count) throw new ArgumentOutOfRangeException(nameof(rows), $"Expected an image row below {Count}, found {rows[i]}.");
            regions.Span<float>((long)rows[i] * size, size).CopyTo(batch.ValueSpan[(i * size)..]);
        }
        batch.CountSpan.Fill(shape[1]);
        return batch;
    }

    /// <summary>The extractor's word vectors <c>[V, E]</c>; null where it has others.</summary>
    public Tensor? Words(int vocabulary, int dimension) =>
        file.Value.Contains(WordsName) && file.Value[WordsName].Shape.SequenceEqual([vocabulary, dimension]) ? file.Value[WordsName].ToTensor() : null;

    public void Dispose()
    {
        if (file.IsValueCreated) file.Value.Dispose();
    }

    private static SafetensorsFile Open(string path, long[] shape)
    {
        if (!File.Exists(path))
            throw new DataException(
                $"{path}: the stored regions are not there yet. Any training run with --features stored extracts them, once: itc train itcontrast --features stored"
            );
        SafetensorsFile file = SafetensorsFile.Open(path);
        if (file.Contains(TensorName) && file[TensorName].Shape.SequenceEqual(shape)) return file;
        string found = file.Contains(TensorName) ? $"[{string.Join(", ", file[TensorName].Shape)}]" : $"no tensor \"{TensorName}\"";
        file.Dispose();
        throw DataException.At(
            path, TensorName, $"shape [{string.Join(", ", shape)}]", found, "Delete the file; the next run with --features stored extracts it again.");
    }
}
