namespace ITContrast.Data;

/// <summary>A rectangle of an image, in pixels.</summary>
internal readonly record struct Square(int Y, int X, int Height, int Width);

/// <summary>Averaged colours and hue-saturation-value histograms of a rectangle of planes <c>[3, H, W]</c> in 0..1.</summary>
internal static class ColourStatistics
{
    /// <summary>Averages over squares of <paramref name="pool"/> pixels, <c>[h/pool, w/pool, 3]</c>. Returns how many numbers it wrote.</summary>
    public static int Averages(ReadOnlySpan<float> planes, int height, int width, Square square, int pool, Span<float> into)
    {
        int at = 0;
        float scale = 1f / (pool * pool);
        for (int y = square.Y; y < square.Y + square.Height; y += pool)
            for (int x = square.X; x < square.X + square.Width; x += pool)
                for (int channel = 0; channel < 3; channel++)
                {
                    float sum = 0;
                    for (int dy = 0; dy < pool; dy++)
                    {
                        ReadOnlySpan<float> row = planes.Slice((channel * height + y + dy) * width + x, pool);
                        foreach (float value in row) sum += value;
                    }
                    into[at++] = sum * scale;
                }
        return at;
    }

    /// <summary>Square roots of the frequencies of hue × saturation × value bins; their squares add to 1. Returns how many numbers it wrote.</summary>
    public static int Histogram(ReadOnlySpan<float> planes, int height, int width, Square square, (int Hue, int Saturation, int Value) bins, Span<float> into)
    {
        int count = bins.Hue * bins.Saturation * bins.Value, area = height * width;
        Span<float> histogram = into[..count];
        histogram.Clear();
        for (int y = square.Y; y < square.Y + square.Height; y++)
            for (int x = square.X; x < square.X + square.Width; x++)
            {
                int at = y * width + x;
                (float hue, float saturation, float value) = Hsv(planes[at], planes[area + at], planes[2 * area + at]);
                int h = Math.Min((int)(hue * bins.Hue), bins.Hue - 1), s = Math.Min((int)(saturation * bins.Saturation), bins.Saturation - 1);
                int v = Math.Min((int)(value * bins.Value), bins.Value - 1);
                histogram[(h * bins.Saturation + s) * bins.Value + v]++;
            }
        float scale = 1f / (square.Height * square.Width);
        for (int i = 0; i < count; i++) histogram[i] = MathF.Sqrt(histogram[i] * scale);
        return count;
    }

    /// <summary>Hue (0..1, 0 for grays), saturation and value of a colour.</summary>
    public static (float Hue, float Saturation, float Value) Hsv(float r, float g, float b)
    {
        float max = MathF.Max(r, MathF.Max(g, b)), range = max - MathF.Min(r, MathF.Min(g, b));
        if (range == 0) return (0, 0, max);
        float sixth = max == r ? (g - b) / range : max == g ? 2 + (b - r) / range : 4 + (r - g) / range;
        return ((sixth < 0 ? sixth + 6 : sixth) / 6, range / max, max);
    }
}
