using ITContrast.Analysis;
using ITContrast.Tests.Evaluation.Ranking;
using static TorchSharp.torch;

namespace ITContrast.Tests.Analysis;

/// <summary>Embeddings for the analyses' tests: unit rows, captions near their images; and their plainest possible scores.</summary>
internal sealed record Toy(float[] Images, float[] Captions, int Width, int[] ImageOf, long[]? Groups)
{
    public int N => Images.Length / Width;
    public int M => Captions.Length / Width;

    public static Toy Random(int images, int each, int width, int seed, long[]? groups = null)
    {
        float[] x = Samples.Values(images, width, seed), y = Samples.Values(images * each, width, seed + 1);
        for (int i = 0; i < y.Length; i++) y[i] += x[i / width / each * width + i % width];
        return new(Unit(x, width), Unit(y, width), width, [.. Enumerable.Range(0, images * each).Select(caption => caption / each)], groups);
    }

    /// <summary>Unit vectors of the plane by their angles in degrees.</summary>
    public static Toy Plane(double[] images, double[] captions, int[] imageOf, long[]? groups = null) =>
        new(Angles(images), Angles(captions), 2, imageOf, groups);

    public EmbeddedPairs Pairs()
    {
        using var images = tensor(Images, [N, Width]);
        using var captions = tensor(Captions, [M, Width]);
        return EmbeddedPairs.Of(images, captions, ImageOf, Groups);
    }

    /// <summary>The same pairs with images and captions in another order.</summary>
    public Toy Permuted(int seed)
    {
        int[] images = Order(N, seed), captions = Order(M, seed + 1), place = new int[N];
        for (int i = 0; i < N; i++) place[images[i]] = i;
        return new(Gather(Images, images), Gather(Captions, captions), Width, [.. captions.Select(caption => place[ImageOf[caption]])],
            Groups is null ? null : [.. images.Select(image => Groups[image])]);
    }

    public double CaptionScore(int caption, int image) => Samples.Dot(Captions, caption, Images, image, Width);

    public bool IsNegative(int caption, int image) =>
        ImageOf[caption] != image && (Groups is null || Groups[ImageOf[caption]] != Groups[image]);

    private float[] Gather(float[] rows, int[] order) => [.. order.SelectMany(row => rows[(row * Width)..((row + 1) * Width)])];

    private static int[] Order(int count, int seed)
    {
        int[] order = [.. Enumerable.Range(0, count)];
        new Random(seed).Shuffle(order);
        return order;
    }

    private static float[] Angles(double[] degrees) =>
        [.. degrees.SelectMany(d => new[] { (float)Math.Cos(d * Math.PI / 180), (float)Math.Sin(d * Math.PI / 180) })];

    private static float[] Unit(float[] rows, int width)
    {
        for (int row = 0; row < rows.Length; row += width)
        {
            double norm = Math.Sqrt(rows.AsSpan(row, width).ToArray().Sum(value => (double)value * value));
            for (int k = 0; k < width; k++) rows[row + k] = (float)(rows[row + k] / norm);
        }
        return rows;
    }
}
