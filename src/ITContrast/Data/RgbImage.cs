namespace ITContrast.Data;

/// <summary>A decoded picture: 8-bit RGB, rows from the top, <c>[H, W, 3]</c>; transparency has been laid over white.</summary>
/// <param name="Width">Pixels a row.</param>
/// <param name="Height">Rows.</param>
/// <param name="Bytes"><c>3·Width·Height</c> bytes.</param>
public sealed record RgbImage(int Width, int Height, byte[] Bytes)
{
    /// <summary>Writes the picture as planes of floats in 0..1, <c>[3, H, W]</c>: what encoders take.</summary>
    public void CopyPlanes(Span<float> planes)
    {
        int area = Width * Height;
        if (planes.Length != 3 * area) throw ShapeException.Of("pixel planes", $"{3 * area}", [planes.Length]);
        for (int i = 0; i < area; i++)
        {
            planes[i] = Bytes[3 * i] * (1f / 255);
            planes[area + i] = Bytes[3 * i + 1] * (1f / 255);
            planes[2 * area + i] = Bytes[3 * i + 2] * (1f / 255);
        }
    }

    /// <summary>The inverse of <see cref="CopyPlanes"/>: floats are clamped to 0..1 and rounded.</summary>
    public static RgbImage FromPlanes(ReadOnlySpan<float> planes, int width, int height)
    {
        int area = width * height;
        if (planes.Length != 3 * area) throw ShapeException.Of("pixel planes", $"3, {height}, {width}", [planes.Length]);
        byte[] bytes = new byte[3 * area];
        for (int i = 0; i < area; i++)
            for (int channel = 0; channel < 3; channel++)
                bytes[3 * i + channel] = (byte)(Math.Clamp(planes[channel * area + i], 0f, 1f) * 255 + 0.5f);
        return new(width, height, bytes);
    }
}
