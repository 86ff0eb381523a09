using ITContrast.Torch;

namespace ITContrast.Data;

/// <summary>
/// OSCAR's first release: a <c>.pt</c> dictionary of image id to <c>FloatTensor [n, 2054]</c>, mapped; a row is copied when it is read. Columns 2048 to 2051 of
/// a width of 2054 are the box.
/// </summary>
internal sealed class TorchRegions : IImageSource
{
    private readonly TorchFile file;
    private readonly TensorView[] views;
    private readonly int maximum, width;

    private TorchRegions(TorchFile file, int maximum)
    {
        (this.file, this.maximum) = (file, maximum);
        if (file.Root is not TorchDictionary { Count: > 0 } dictionary)
            throw DataException.At(
                file.Path, "", "a dictionary of image id: tensor [n, D]", $"{(file.Root is TorchDictionary ? "an empty one" : file.Root?.GetType().Name)}");
        List<long> ids = [];
        List<TensorView> found = [];
        foreach ((object key, object? value) in dictionary)
        {
            if (key is not long id) throw DataException.At(file.Path, "keys", "image ids", $"\"{key}\"");
            if (value is not TensorView { Shape.Count: 2 } view || view.Shape[0] < 1 || found.Count > 0 && view.Shape[1] != found[0].Shape[1])
                throw DataException.At(
                    file.Path, $"image {id}", found.Count == 0 ? "a tensor [n, D]" : $"a tensor [n, {found[0].Shape[1]}]",
                    value is TensorView other ? $"[{string.Join(", ", other.Shape)}]" : $"{value?.GetType().Name ?? "None"}");
            ids.Add(id);
            found.Add(view);
        }
        (Ids, views, width) = (ids, [.. found], (int)found[0].Shape[1]);
        RowShape = [maximum, width];
    }

    public IReadOnlyList<long> Ids { get; }

    public ImageKind Kind => ImageKind.Regions;

    public int Count => views.Length;

    public IReadOnlyList<long> RowShape { get; }

    public static TorchRegions Open(string path, int maximum)
    {
        TorchFile file = Guarded.Run(path, () => TorchFile.Open(path));
        try
        {
            return new TorchRegions(file, maximum);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    public ImageBatch Read(ReadOnlySpan<int> rows)
    {
        ImageBatch batch = ImageBatch.Allocate(Kind, [rows.Length, maximum, width], boxes: width == 2054);
        Span<float> values = batch.ValueSpan, boxes = batch.BoxSpan;
        values.Clear();
        boxes.Clear();
        for (int i = 0; i < rows.Length; i++)
        {
            TensorView view = views[rows[i]];
            int count = (int)Math.Min(view.Shape[0], maximum);
            Span<float> target = values.Slice(i * maximum * width, count * width);
            if (view.IsContiguous) view.ReadFloats(0, target);
            else view.ToArray<float>().AsSpan(0, target.Length).CopyTo(target);
            batch.CountSpan[i] = count;
            for (int r = 0; r < count && batch.Boxes is not null; r++) target.Slice(r * width + 2048, 4).CopyTo(boxes[((i * maximum + r) * 4)..]);
        }
        return batch;
    }

    public void Dispose() => file.Dispose();
}
