namespace ITContrast.Data.Scenes;

/// <summary>
/// Draws scenes: each object by its signed distance function d (negative inside), blended with coverage clamp(½ - d), which smooths edges over one pixel.
/// </summary>
public static class SceneRenderer
{
    private static readonly float[][] Colours =
        [[214, 39, 40], [44, 160, 44], [31, 89, 200], [240, 200, 20], [128, 50, 160], [245, 130, 20], [240, 130, 190], [25, 25, 25]];

    /// <summary>Draws the scene as planes <c>[3, side, side]</c> in 0..1.</summary>
    public static void Render(Scene scene, int side, Span<float> planes)
    {
        planes.Fill(scene.Gray ? 0.75f : 1f);
        int area = side * side;
        for (int i = 0; i < scene.Objects.Count; i++)
        {
            (float x, float y, float radius) = Place(scene, i, side);
            float[] colour = Colours[(int)scene.Objects[i].Colour];
            int left = Math.Max(0, (int)(x - radius - 1)), right = Math.Min(side - 1, (int)(x + radius + 1));
            int top = Math.Max(0, (int)(y - radius - 1)), bottom = Math.Min(side - 1, (int)(y + radius + 1));
            for (int row = top; row <= bottom; row++)
                for (int column = left; column <= right; column++)
                {
                    float distance = Distance(scene.Objects[i].Shape, column + 0.5f - x, row + 0.5f - y, radius);
                    float cover = Math.Clamp(0.5f - distance, 0f, 1f);
                    if (cover == 0) continue;
                    for (int channel = 0; channel < 3; channel++)
                    {
                        ref float pixel = ref planes[channel * area + row * side + column];
                        pixel += cover * (colour[channel] / 255 - pixel);
                    }
                }
        }
    }

    /// <summary>The object's box <c>x1 y1 x2 y2</c>, relative to the side.</summary>
    public static void Box(Scene scene, int index, Span<float> box)
    {
        (float x, float y, float radius) = Place(scene, index, 1);
        (box[0], box[1], box[2], box[3]) = (x - radius, y - radius, x + radius, y + radius);
    }

    private static (float X, float Y, float Radius) Place(Scene scene, int index, float side)
    {
        SceneObject item = scene.Objects[index];
        RandomStream jitter = new(scene.Jitter, "scene-jitter", index);
        // A cell is a third of the side; a large object (9/32 across) moves by at most 1/48 and stays in it.
        float dx = (float)(jitter.NextDouble() * 2 - 1) / 48, dy = (float)(jitter.NextDouble() * 2 - 1) / 48;
        return (((item.Column + 0.5f) / 3 + dx) * side, ((item.Row + 0.5f) / 3 + dy) * side, side * (item.Size == SceneSize.Small ? 1f / 16 : 9f / 64));
    }

    private static float Distance(SceneShape shape, float x, float y, float r)
    {
        float ax = MathF.Abs(x), ay = MathF.Abs(y);
        return shape switch
        {
            SceneShape.Circle => MathF.Sqrt(x * x + y * y) - r,
            SceneShape.Square => MathF.Max(ax, ay) - 0.85f * r,
            SceneShape.Triangle => MathF.Max((2 * ax - y - r) / MathF.Sqrt(5), y - r),
            SceneShape.Diamond => (ax + ay - r) / MathF.Sqrt(2),
            SceneShape.Cross => MathF.Max(MathF.Min(ax, ay) - 0.3f * r, MathF.Max(ax, ay) - r),
            _ => MathF.Abs(MathF.Sqrt(x * x + y * y) - 0.75f * r) - 0.25f * r,
        };
    }
}
