namespace ITContrast.Data.Scenes;

/// <summary>
/// Scenes as pixels, or as regions of 18 numbers an object with its box:
/// <code>shape one-hot 6 | colour one-hot 8 | size one-hot 2 | centre x, y     + noise · N(0, 1)</code>
/// </summary>
internal sealed class SceneImages(SyntheticScenes scenes, SceneOptions options) : IImageSource
{
    private const int Features = 18;

    public ImageKind Kind => options.Kind;

    public int Count => scenes.ImageCount;

    public IReadOnlyList<long> RowShape { get; } = options.Kind == ImageKind.Pixels ? [3, options.Side, options.Side] : [options.MaximumObjects, Features];

    public ImageBatch Read(ReadOnlySpan<int> rows)
    {
        ImageBatch batch = ImageBatch.Allocate(Kind, [rows.Length, .. RowShape], boxes: Kind == ImageKind.Regions);
        try
        {
            Span<float> values = batch.ValueSpan;
            int size = rows.Length == 0 ? 0 : values.Length / rows.Length;
            for (int i = 0; i < rows.Length; i++)
            {
                Scene scene = scenes.Scene(rows[i]);
                if (Kind == ImageKind.Pixels) SceneRenderer.Render(scene, options.Side, values.Slice(i * size, size));
                else Describe(scene, rows[i], values.Slice(i * size, size), batch, i);
            }
            return batch;
        }
        catch
        {
            batch.Dispose();
            throw;
        }
    }

    public void Dispose() { }

    private void Describe(Scene scene, int row, Span<float> features, ImageBatch batch, int at)
    {
        features.Clear();
        Span<float> boxes = batch.BoxSpan.Slice(at * options.MaximumObjects * 4, options.MaximumObjects * 4);
        boxes.Clear();
        RandomStream noise = new(options.Seed, "scene-noise", row);
        for (int i = 0; i < scene.Objects.Count; i++)
        {
            SceneObject item = scene.Objects[i];
            Span<float> region = features.Slice(i * Features, Features), box = boxes.Slice(4 * i, 4);
            SceneRenderer.Box(scene, i, box);
            region[(int)item.Shape] = region[6 + (int)item.Colour] = region[14 + (int)item.Size] = 1;
            (region[16], region[17]) = ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2);
            foreach (ref float value in region) value += (float)(options.Noise * noise.NextGaussian());
        }
        batch.CountSpan[at] = scene.Objects.Count;
    }
}
