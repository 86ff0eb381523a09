using System.Runtime.InteropServices;

namespace ITContrast.Evaluation.Ranking;

/// <summary>Every query's threshold, widened by the product's bound and rounded outwards to the tile's type: one band a row and one a column.</summary>
internal sealed unsafe class TwoWayBands : IDisposable
{
    private readonly float* memory;

    public TwoWayBands(TwoWayRanks ranks, IScoreProduct product)
    {
        int images = ranks.Images.Count, captions = ranks.Captions.Count;
        memory = (float*)NativeMemory.AlignedAlloc((nuint)(2L * (images + captions) * sizeof(float)), 64);
        Rows = new((nint)memory, (nint)(memory + images));
        Columns = new((nint)(memory + 2L * images), (nint)(memory + 2L * images + captions));
        for (int image = 0; image < images; image++)
            Set(Rows, image, ranks.ImageThresholds[image], product.FirstBound(image), product);
        for (int caption = 0; caption < captions; caption++)
            Set(Columns, caption, ranks.CaptionThresholds[caption], product.SecondBound(caption), product);
    }

    public Bands Rows { get; }
    public Bands Columns { get; }

    public void Dispose() => NativeMemory.AlignedFree(memory);

    private static void Set(Bands bands, int query, double threshold, double bound, IScoreProduct product)
    {
        if (double.IsPositiveInfinity(threshold))
        {
            bands.Low[query] = bands.High[query] = float.PositiveInfinity;
            return;
        }
        bands.Low[query] = product.RoundDown(threshold - bound);
        bands.High[query] = product.RoundUp(threshold + bound);
    }
}
