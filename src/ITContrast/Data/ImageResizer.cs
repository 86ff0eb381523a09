namespace ITContrast.Data;

/// <summary>How a picture of any shape becomes a square.</summary>
public enum ImageFit
{
    /// <summary>The middle square, scaled (default).</summary>
    Crop,

    /// <summary>The whole picture, scaled and centred on white.</summary>
    Pad,

    /// <summary>The whole picture, its sides scaled apart.</summary>
    Stretch,
}

/// <summary>
/// Scales pictures with a triangle filter as wide as the scale (plain bilinear when enlarging, an average over the covered pixels when shrinking), so that
/// nothing aliases.
/// </summary>
public static class ImageResizer
{
    /// <summary>A square of <paramref name="side"/> pixels.</summary>
    public static RgbImage Square(RgbImage image, int side, ImageFit fit = ImageFit.Crop)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(side, 1);
        if (fit == ImageFit.Stretch) return Scale(image, 0, 0, image.Width, image.Height, side, side);
        if (fit == ImageFit.Crop)
        {
            int edge = Math.Min(image.Width, image.Height);
            return Scale(image, (image.Width - edge) / 2, (image.Height - edge) / 2, edge, edge, side, side);
        }
        double scale = (double)side / Math.Max(image.Width, image.Height);
        int width = Math.Max(1, (int)Math.Round(image.Width * scale)), height = Math.Max(1, (int)Math.Round(image.Height * scale));
        RgbImage inner = Scale(image, 0, 0, image.Width, image.Height, width, height);
        byte[] bytes = new byte[3 * side * side];
        Array.Fill(bytes, (byte)255);
        for (int y = 0; y < height; y++)
            inner.Bytes.AsSpan(3 * y * width, 3 * width).CopyTo(bytes.AsSpan(3 * (((side - height) / 2 + y) * side + (side - width) / 2)));
        return new RgbImage(side, side, bytes);
    }

    private static RgbImage Scale(RgbImage image, int left, int top, int width, int height, int toWidth, int toHeight)
    {
        if (left == 0 && top == 0 && (width, height) == (image.Width, image.Height) && (width, height) == (toWidth, toHeight)) return image;
        (int Start, float[] Weights)[] across = Filter(width, toWidth), down = Filter(height, toHeight);
        // Columns first, on the rows that are needed: [height, toWidth, 3] floats.
        float[] narrow = new float[height * toWidth * 3];
        for (int y = 0; y < height; y++)
            for (int x = 0; x < toWidth; x++)
                for (int i = 0; i < across[x].Weights.Length; i++)
                {
                    int from = 3 * ((top + y) * image.Width + left + across[x].Start + i), to = 3 * (y * toWidth + x);
                    float weight = across[x].Weights[i];
                    for (int channel = 0; channel < 3; channel++) narrow[to + channel] += weight * image.Bytes[from + channel];
                }
        byte[] result = new byte[3 * toWidth * toHeight];
        for (int y = 0; y < toHeight; y++)
            for (int x = 0; x < 3 * toWidth; x++)
            {
                float sum = 0;
                for (int i = 0; i < down[y].Weights.Length; i++) sum += down[y].Weights[i] * narrow[(down[y].Start + i) * 3 * toWidth + x];
                result[y * 3 * toWidth + x] = (byte)Math.Clamp(sum + 0.5f, 0, 255);
            }
        return new RgbImage(toWidth, toHeight, result);
    }

    private static (int Start, float[] Weights)[] Filter(int from, int to)
    {
        double scale = (double)from / to, radius = Math.Max(1, scale);
        var filters = new (int, float[])[to];
        for (int i = 0; i < to; i++)
        {
            double centre = (i + 0.5) * scale;
            int start = Math.Max(0, (int)(centre - radius + 0.5)), end = Math.Min(from, (int)(centre + radius + 0.5));
            double[] weights = [.. Enumerable.Range(start, end - start).Select(x => Math.Max(0, 1 - Math.Abs(x + 0.5 - centre) / radius))];
            double sum = weights.Sum();
            filters[i] = (start, [.. weights.Select(weight => (float)(weight / sum))]);
        }
        return filters;
    }
}
