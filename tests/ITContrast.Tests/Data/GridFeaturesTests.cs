using ITContrast.Data;

namespace ITContrast.Tests.Data;

[KeepsTensors, Collection(LiveTensors.Name)]
public sealed class GridFeaturesTests
{
    private static float[] Read(RgbImage image, GridFeatureOptions? options = null)
    {
        using GridFeatures features = new(new OneImage(image), options);
        using ImageBatch batch = features.Read([0]);
        Assert.Equal([1, .. features.RowShape], batch.Values.shape);
        return batch.ValueSpan.ToArray();
    }

    private static RgbImage Paint(Func<int, int, (byte, byte, byte)> color)
    {
        byte[] bytes = new byte[64 * 64 * 3];
        for (int i = 0; i < 64 * 64; i++) (bytes[3 * i], bytes[3 * i + 1], bytes[3 * i + 2]) = color(i % 64, i / 64);
        return new(64, 64, bytes);
    }

    [Fact]
    public void A_flat_colour_has_no_gradients_one_average_and_one_histogram_bin()
    {
        // Pure green: hue 1/3 → bin 2 of 8, saturation 1 → bin 3 of 4, value 1 → bin 3 of 4.
        float[] x = Read(Paint((_, _) => (0, 255, 0)), new() { Kind = ImageKind.Global });
        Assert.Equal(2660, x.Length);
        for (int i = 0; i < 768; i++) Assert.Equal(i % 3 == 1 ? 1f : 0f, x[i], 6);
        Assert.All(x[768..2532], value => Assert.Equal(0, value));
        for (int i = 0; i < 128; i++) Assert.Equal(i == (2 * 4 + 3) * 4 + 3 ? 1f : 0f, x[2532 + i], 6);
    }

    // A step from black to white between columns 31 and 32: the gradient points along x, orientation 0, in the cells of columns 3 and 4 only.
    [Fact]
    public void A_vertical_edge_fills_the_bins_of_its_cells()
    {
        float[] x = Read(
            Paint((column, _) => column < 32 ? ((byte)0, (byte)0, (byte)0) : ((byte)255, (byte)255, (byte)255)),
            new() { Kind = ImageKind.Global });
        for (int row = 0; row < 7; row++)
            for (int column = 0; column < 7; column++)
                for (int i = 0; i < 36; i++)
                {
                    float value = x[768 + (row * 7 + column) * 36 + i];
                    int cellColumn = column + i / 9 % 2;
                    bool edge = i % 9 == 0 && cellColumn is 3 or 4 && i % 9 == 0;
                    // Two equal cells share the block's unit length, four where the block holds both columns.
                    float expected = !edge ? 0 : column == 3 ? 0.5f : MathF.Sqrt(0.5f);
                    Assert.Equal(expected, value, 4);
                }
    }

    [Fact]
    public void Regions_are_the_features_of_their_squares()
    {
        RandomStream random = new(8, "grid");
        RgbImage image = Paint((_, _) => ((byte)random.NextInt(256), (byte)random.NextInt(256), (byte)random.NextInt(256)));
        float[] regions = Read(image), global = Read(image, new() { Kind = ImageKind.Global });
        Assert.Equal(16 * 212, regions.Length);
        for (int r = 0; r < 16; r++)
        {
            int row = r / 4, column = r % 4;
            // Colours: 4×4 averages of the square are the whole image's averages at that place.
            for (int i = 0; i < 48; i++)
                Assert.Equal(global[((4 * row + i / 12) * 16 + 4 * column + i / 3 % 4) * 3 + i % 3], regions[r * 212 + i], 5);
            for (int i = 0; i < 36; i++)
                Assert.Equal(global[768 + (2 * row * 7 + 2 * column) * 36 + i], regions[r * 212 + 48 + i], 6);
            Assert.Equal(1.0, regions[(r * 212 + 84)..((r + 1) * 212)].Sum(value => (double)value * value), 5);
        }
        // Squares have one size, so the mean of their squared histograms is the whole image's.
        for (int i = 0; i < 128; i++)
            Assert.Equal(global[2532 + i] * global[2532 + i], Enumerable.Range(0, 16).Average(r => regions[r * 212 + 84 + i] * regions[r * 212 + 84 + i]), 5);
    }

    // Every pixel and channel again, slowly and in double precision.
    [Fact]
    public void Gradients_match_a_naive_double_precision_loop()
    {
        RandomStream random = new(9, "grid");
        RgbImage image = Paint((_, _) => ((byte)random.NextInt(256), (byte)random.NextInt(256), (byte)random.NextInt(256)));
        float[] found = Read(image);
        double Pixel(int x, int y, int c) => image.Bytes[(Math.Clamp(y, 0, 63) * 64 + Math.Clamp(x, 0, 63)) * 3 + c] / 255.0;
        double[] block = new double[36];
        for (int y = 16; y < 32; y++)
            for (int x = 32; x < 48; x++)
            {
                var (dx, dy) = Enumerable
                    .Range(0, 3)
                    .Select(c => (Pixel(x + 1, y, c) - Pixel(x - 1, y, c), Pixel(x, y + 1, c) - Pixel(x, y - 1, c)))
                    .MaxBy(g => g.Item1 * g.Item1 + g.Item2 * g.Item2);
                double position = (Math.Atan2(dy, dx) + Math.PI) % Math.PI / (Math.PI / 9), magnitude = Math.Sqrt(dx * dx + dy * dy);
                int cell = ((y - 16) / 8 * 2 + (x - 32) / 8) * 9, low = (int)Math.Floor(position);
                block[cell + low % 9] += magnitude * (1 - (position - low));
                block[cell + (low + 1) % 9] += magnitude * (position - low);
            }
        for (int pass = 0; pass < 2; pass++)
        {
            double norm = Math.Sqrt(block.Sum(v => v * v));
            block = [.. block.Select(v => pass == 0 ? Math.Min(v / norm, 0.2) : v / norm)];
        }
        int region = 1 * 4 + 2;
        for (int i = 0; i < 36; i++) Assert.Equal(block[i], found[region * 212 + 48 + i], 4);
    }

    [Fact]
    public void Boxes_tile_the_image()
    {
        using GridFeatures features = new(new OneImage(Paint((_, _) => (1, 2, 3))));
        using ImageBatch batch = features.Read([0, 0]);
        Assert.Equal([16, 16], batch.CountSpan.ToArray());
        float[] boxes = batch.BoxSpan[..64].ToArray();
        Assert.Equal([0f, 0f, 0.25f, 0.25f], boxes[..4]);
        Assert.Equal([0.5f, 0.25f, 0.75f, 0.5f], boxes[(6 * 4)..(7 * 4)]);
        Assert.Equal(1.0, Enumerable.Range(0, 16).Sum(r => (boxes[4 * r + 2] - boxes[4 * r]) * (boxes[4 * r + 3] - boxes[4 * r + 1])), 6);
    }

    [Fact]
    public void Options_that_do_not_fit_the_image_are_refused() =>
        Assert.Contains(
            "Cells of 7 pixels do not divide images of 64 × 64",
            Assert.Throws<ArgumentException>(() => new GridFeatures(new OneImage(Paint((_, _) => (0, 0, 0))), new() { Cell = 7 })).Message);

    private sealed class OneImage(RgbImage image) : IImageSource
    {
        public ImageKind Kind => ImageKind.Pixels;

        public int Count => 1;

        public IReadOnlyList<long> RowShape => [3, image.Height, image.Width];

        public ImageBatch Read(ReadOnlySpan<int> rows)
        {
            ImageBatch batch = ImageBatch.Allocate(Kind, [rows.Length, 3, image.Height, image.Width]);
            int size = 3 * image.Height * image.Width;
            for (int i = 0; i < rows.Length; i++) image.CopyPlanes(batch.ValueSpan.Slice(i * size, size));
            return batch;
        }

        public void Dispose() { }
    }
}
