namespace ITContrast.Evaluation.Ranking;

/// <summary>
/// Ranks of both directions from one pass over the tiles of S = images · captionsᵀ. A query's rank is that of its best positive, the one of
/// highest defined score and lowest index, so one threshold a query is enough:
/// <code>
///   rank(q) = #{g : s(q, g) > t_q} + #{g : s(q, g) = t_q, g before the positive}        t_q = max over positives p of s(q, p)
/// </code>
/// A tile is counted while it is in cache and then overwritten; memory is O(N + M) and one tile a worker.
/// </summary>
internal sealed class TwoWayRanks
{
    public TwoWayRanks(Rows images, Rows captions, int[] imageOf)
    {
        (Images, Captions, ImageOf) = (images, captions, imageOf);
        CaptionThresholds = DefinedScore.OfPairs(images, imageOf, captions, [.. Enumerable.Range(0, imageOf.Length)]);
        (ImageThresholds, BestCaption) = (new double[images.Count], new int[images.Count]);
        Array.Fill(BestCaption, -1);
        for (int caption = 0; caption < imageOf.Length; caption++)
        {
            int image = imageOf[caption];
            if (BestCaption[image] >= 0 && CaptionThresholds[caption] <= ImageThresholds[image]) continue;
            (BestCaption[image], ImageThresholds[image]) = (caption, CaptionThresholds[caption]);
        }
        // Nothing scores as high, so nothing is counted for an image that is not asked.
        for (int image = 0; image < images.Count; image++)
            if (BestCaption[image] < 0) ImageThresholds[image] = double.PositiveInfinity;
    }

    public Rows Images { get; }
    public Rows Captions { get; }
    public int[] ImageOf { get; }

    /// <summary>Per image its best caption's defined score, and that caption (the first of equals).</summary>
    public double[] ImageThresholds { get; }
    public int[] BestCaption { get; }

    /// <summary>Per caption the defined score with its image.</summary>
    public double[] CaptionThresholds { get; }

    /// <param name="product">Decides what its bound allows; null scores everything by definition.</param>
    /// <param name="shape">Images and captions a tile.</param>
    /// <param name="workers">Threads that take tiles.</param>
    /// <param name="progress">Told the share of tiles done.</param>
    public (RankCounts Images, RankCounts Captions) Count(
        IScoreProduct? product, TileShape shape, int workers, IProgress<double>? progress)
    {
        using var bands = product == null ? null : new TwoWayBands(this, product);
        int down = (Images.Count + shape.Rows - 1) / shape.Rows, across = (Captions.Count + shape.Columns - 1) / shape.Columns, tiles = down * across;
        // The larger side is passed through once: it may be a file that memory does not hold.
        bool imagesOnce = Images.Count > Captions.Count;
        int next = -1, done = 0;
        var (images, captions) = (new RankCounts(Images.Count), new RankCounts(Captions.Count));
        Workers.Run(workers, () =>
        {
            using var worker = new TwoWayWorker(this, product, bands, shape);
            for (int tile = Interlocked.Increment(ref next); tile < tiles; tile = Interlocked.Increment(ref next))
            {
                (int row, int column) = imagesOnce ? (tile / across, tile % across) : (tile % down, tile / down);
                worker.Count(row * shape.Rows, column * shape.Columns);
                progress?.Report((double)Interlocked.Increment(ref done) / tiles);
            }
            lock (images) worker.AddTo(images, captions);
        });
        RequireOwnPositive(images, "image", image => BestCaption[image] >= 0);
        RequireOwnPositive(captions, "caption", _ => true);
        return (images, captions);
    }

    // A positive's tile score must lie within the bound of its defined score, or the matrix product is not the arithmetic that was promised.
    private static void RequireOwnPositive(RankCounts counts, string query, Predicate<int> asked)
    {
        int lost = Array.FindIndex(counts.EqualPositives, found => found == 0);
        while (lost >= 0 && !asked(lost)) lost = Array.FindIndex(counts.EqualPositives, lost + 1, found => found == 0);
        if (lost >= 0)
            throw new InvalidOperationException(
                $"The matrix product's error exceeds its proven bound at {query} {lost}: is a reduced-precision fp32 mode (TF32, fast math) on? " +
                $"Switch it off, or evaluate with {nameof(ScorePrecision)}.{nameof(ScorePrecision.Defined)}.");
    }
}
