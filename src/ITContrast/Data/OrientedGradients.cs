namespace ITContrast.Data;

/// <summary>
/// Histograms of oriented gradients. At each pixel the colour channel with the strongest central difference gives magnitude m and orientation
/// θ ∈ [0, π); m is shared linearly between the two nearest of the O orientation bins of the pixel's cell. A block of cells is
/// L2-normalised, clipped at 0.2 and normalised again (L2-Hys).
/// Source: Dalal and Triggs, Histograms of oriented gradients for human detection (CVPR 2005), section 6 [V]; no spatial interpolation between cells.
/// </summary>
internal static class OrientedGradients
{
    /// <summary>The cells' raw histograms, <c>[H/cell, W/cell, O]</c>, of planes <c>[3, H, W]</c>.</summary>
    public static float[] Cells(ReadOnlySpan<float> planes, int height, int width, int cell, int orientations)
    {
        int across = width / cell, area = height * width;
        float[] histograms = new float[height / cell * across * orientations];
        float binsPerRadian = orientations / MathF.PI;
        for (int y = 0; y < height; y++)
            for (int x = 0; x < width; x++)
            {
                int left = y * width + Math.Max(x - 1, 0), right = y * width + Math.Min(x + 1, width - 1);
                int up = Math.Max(y - 1, 0) * width + x, down = Math.Min(y + 1, height - 1) * width + x;
                float best = 0, bestX = 0, bestY = 0;
                for (int channel = 0; channel < 3 * area; channel += area)
                {
                    float dx = planes[channel + right] - planes[channel + left], dy = planes[channel + down] - planes[channel + up];
                    float strength = dx * dx + dy * dy;
                    if (strength > best) (best, bestX, bestY) = (strength, dx, dy);
                }
                if (best == 0) continue;
                float angle = MathF.Atan2(bestY, bestX);
                float bin = (angle < 0 ? angle + MathF.PI : angle) * binsPerRadian;
                int low = (int)bin;
                float share = bin - low, magnitude = MathF.Sqrt(best);
                int at = (y / cell * across + x / cell) * orientations;
                // Half a turn is bin 0 again.
                histograms[at + low % orientations] += magnitude * (1 - share);
                histograms[at + (low + 1) % orientations] += magnitude * share;
            }
        return histograms;
    }

    /// <summary>
    /// Copies the block of <paramref name="size"/> × <paramref name="size"/> cells at (<paramref name="row"/>, <paramref name="column"/>) and normalises it.
    /// </summary>
    public static void Block(ReadOnlySpan<float> cells, int across, int orientations, int row, int column, int size, Span<float> block)
    {
        for (int y = 0; y < size; y++)
            cells.Slice(((row + y) * across + column) * orientations, size * orientations).CopyTo(block[(y * size * orientations)..]);
        Normalize(block);
        for (int i = 0; i < block.Length; i++) block[i] = MathF.Min(block[i], 0.2f);
        Normalize(block);
    }

    // The small constant keeps an empty block at zero instead of dividing by zero.
    private static void Normalize(Span<float> block)
    {
        float sum = 0;
        foreach (float value in block) sum += value * value;
        float scale = 1 / MathF.Sqrt(sum + 1e-10f);
        for (int i = 0; i < block.Length; i++) block[i] *= scale;
    }
}
