using ITContrast.Evaluation.Ranking;
using ITContrast.Torch;

namespace ITContrast.Tests.Evaluation.Ranking;

/// <summary>Both products of rows rounded to bf16, torch's and that on matrix tiles, on rows made to betray a bound that is too narrow.</summary>
public sealed unsafe class RoundedProductTests
{
    // Widths around a tile's 32 values, and rows that are no multiple of its 16.
    public static TheoryData<string, int, bool> Cases =>
        new(
            from kind in (string[])["spread", "ties", "near", "norms"]
            from width in (int[])[1, 31, 33, 300]
            from tiled in (bool[])[false, true]
            select (kind, width, tiled));

    [Theory, MemberData(nameof(Cases))]
    public void Every_score_lies_within_its_bounds_and_ranks_are_those_of_the_definition(string kind, int width, bool tiled)
    {
        const int images = 45, each = 3, captions = images * each;
        (float[] x, float[] y) = Make(kind, images, each, width);
        Rows first = Samples.Rows(x, width), second = Samples.Rows(y, width, "captions");
        using RoundedProduct product = Product(first, second, tiled);

        using (IScoreTile tile = product.NewTile(images, captions))
        {
            tile.Fill(0, images, 0, captions);
            int* open = stackalloc int[captions];
            for (int image = 0; image < images; image++)
                for (int caption = 0; caption < captions; caption++)
                {
                    double score = Samples.Dot(x, image, y, caption, width), bound = Math.Min(product.FirstBound(image), product.SecondBound(caption));
                    tile.CountRow(image, product.RoundDown(score - bound), product.RoundUp(score + bound), open, out int listed);
                    Assert.True(new Span<int>(open, listed).Contains(caption), $"Image {image}, caption {caption}: the score left its bound {bound:g3}.");
                }
        }

        int[] imageOf = [.. Enumerable.Range(0, captions).Select(caption => caption / each)];
        var ranks = new TwoWayRanks(first, second, imageOf);
        var (oracleImages, oracleCaptions) = ranks.Count(null, new(64, 64), 1, null);
        foreach (TileShape shape in (TileShape[])[new(1, 1), new(7, 33), new(64, 64), new(512, 512)])
        {
            var (byImage, byCaption) = ranks.Count(product, shape, 2, null);
            Assert.Equal(oracleImages.Ranks(), byImage.Ranks());
            Assert.Equal(oracleCaptions.Ranks(), byCaption.Ranks());
        }
    }

    [Fact]
    public void A_tile_on_matrix_tiles_stays_in_cache_and_fits_them()
    {
        if (!BFloat16Tiles.Available) Assert.Skip("this processor has no bf16 tiles, or this torch does not reach them");
        foreach (int width in (int[])[1, 64, 256, 1024, 4000, 100_000])
        {
            float[] row = Samples.Values(1, width, 1);
            using var product = new TiledProduct(Samples.Rows(row, width), Samples.Rows(row, width));
            TileShape shape = product.Hot!.Value;
            Assert.True(shape.Rows % BFloat16Tiles.Multiple == 0 && shape.Columns % BFloat16Tiles.Multiple == 0 && shape.Columns >= 128);
            Assert.InRange(sizeof(float) * shape.Rows * shape.Columns, 1 << 18, 1 << 19);
        }
    }

    private static RoundedProduct Product(Rows first, Rows second, bool tiled)
    {
        if (!tiled) return new BFloat16Product(first, second);
        if (!BFloat16Tiles.Available) Assert.Skip("this processor has no bf16 tiles, or this torch does not reach them");
        return new TiledProduct(first, second);
    }

    private static (float[] Images, float[] Captions) Make(string kind, int images, int each, int width)
    {
        float[] x = Samples.Values(images, width, 1, kind == "ties" ? 1 : 0), y = Samples.Values(images * each, width, 2);
        var random = new Random(3);
        float[] one = Samples.Values(1, width, 4);
        // near: all rows are one row but for differences from an fp32 value's last bit to some percent. norms: rows from 1e-6 to 1e9 long.
        if (kind == "near")
            for (int i = 0; i < images; i++) Mix(x, i, scale => one[scale.Column] * (1 + scale.Size * (random.NextSingle() - 0.5f)));
        for (int caption = 0; caption < images * each; caption++)
        {
            int image = caption / each;
            Mix(y, caption, at => kind switch
            {
                "ties" => x[image * width + at.Column],
                "near" => one[at.Column] * (1 + at.Size * (random.NextSingle() - 0.5f)),
                _ => 0.5f * y[caption * width + at.Column] + x[image * width + at.Column],
            });
        }
        if (kind == "norms")
            foreach (float[] rows in (float[][])[x, y])
                for (int row = 0; row < rows.Length / width; row++)
                {
                    float length = MathF.Pow(10, random.Next(-6, 10));
                    for (int k = 0; k < width; k++) rows[row * width + k] *= length;
                }
        return (x, y);

        void Mix(float[] rows, int row, Func<(int Column, float Size), float> value)
        {
            float size = MathF.Pow(10, -random.Next(1, 8));
            for (int k = 0; k < width; k++) rows[row * width + k] = value((k, size));
        }
    }
}
