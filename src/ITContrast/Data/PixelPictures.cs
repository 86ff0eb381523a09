namespace ITContrast.Data;

/// <summary>Single pictures out of a source of pixels, to look at.</summary>
public static class PixelPictures
{
    /// <summary>The picture of a row.</summary>
    /// <exception cref="ArgumentException">The source holds no pixels.</exception>
    public static RgbImage Picture(this IImageSource source, int row)
    {
        if (source.Kind != ImageKind.Pixels) throw new ArgumentException($"Pictures are made of pixels; this source gives {source.Kind}.", nameof(source));
        using ImageBatch batch = source.Read([row]);
        return RgbImage.FromPlanes(batch.ValueSpan, (int)source.RowShape[2], (int)source.RowShape[1]);
    }
}
