using ITContrast.Data;
using ITContrast.Evaluation.Ranking;
using static TorchSharp.torch;

namespace ITContrast.Evaluation.Reranking;

/// <summary>How many candidates, and how many pairs a call.</summary>
public sealed record RerankOptions
{
    /// <summary>
    /// k, the bi-encoder's first so many items a query, at least 1; the size of the gallery or more scores every pair (the full protocol). Default 100.
    /// </summary>
    public int Candidates
    {
        get;
        init => field = value >= 1 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "At least 1 candidate.");
    } = 100;

    /// <summary>Pairs in one call of the matcher, at least 1; default 64.</summary>
    public int BatchSize
    {
        get;
        init => field = value >= 1 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "At least 1 pair a batch.");
    } = 64;

    /// <summary>Told the share of pairs scored, 0 to 1.</summary>
    public IProgress<double>? Progress { get; init; }
}

/// <summary>
/// The cross-encoder protocol: the bi-encoder's first k items are put in order by the matcher, and the rest stay behind them as they were. A
/// positive that the bi-encoder leaves beyond k cannot be saved. Equal matcher scores keep the bi-encoder's order.
/// </summary>
public static class RerankedRetrieval
{
    /// <summary>Re-ranks both directions.</summary>
    /// <param name="images">The bi-encoder's image embeddings, <c>[N, D]</c>.</param>
    /// <param name="captions">Its caption embeddings, <c>[M, D]</c>.</param>
    /// <param name="imageOf">Per caption the row of its image.</param>
    /// <param name="matcher">The cross-encoder.</param>
    /// <param name="readImages">Image rows, in the embeddings' numbering, as a batch; repeats occur. Disposed here.</param>
    /// <param name="readCaptions">Caption rows as a batch. Disposed here.</param>
    /// <param name="options">Candidates and batch size; defaults where null.</param>
    /// <exception cref="ShapeException">As <see cref="Retrieval.Evaluate"/>, or the matcher returns another number of scores.</exception>
    /// <exception cref="DataException">The matcher's score of some pair is NaN.</exception>
    public static RetrievalReport Evaluate(Tensor images, Tensor captions, int[] imageOf, IMatcher matcher,
        Func<int[], ImageBatch> readImages, Func<int[], CaptionBatch> readCaptions, RerankOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(matcher);
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        Rows x = Rows.Of(images, "images"), y = Rows.Of(captions, "captions");
        Pairing.Require(x, y, imageOf);
        options ??= new();
        var pairs = new PairScorer(matcher, readImages, readCaptions, options,
            (long)x.Count * Math.Min(options.Candidates, y.Count) + (long)y.Count * Math.Min(options.Candidates, x.Count));
        RankCounts ofImages = Rank(x, y, options.Candidates, (image, caption) => imageOf[caption] == image, (image, items) =>
            pairs.Score([.. Enumerable.Repeat(image, items.Length)], items));
        RankCounts ofCaptions = Rank(y, x, options.Candidates, (caption, image) => imageOf[caption] == image, (caption, items) =>
            pairs.Score(items, [.. Enumerable.Repeat(caption, items.Length)]));
        return RetrievalReport.From(ofImages, ofCaptions, ScorePrecision.Defined);
    }

    private static RankCounts Rank(Rows queries, Rows gallery, int candidates, Func<int, int, bool> isPositive, Func<int, int[], float[]> score)
    {
        var counts = new RankCounts(queries.Count);
        // One worker: the matcher is a network, not for several threads at once, and takes nearly all the time.
        var (order, keys) = (new int[gallery.Count], new double[gallery.Count]);
        using var tile = new DefinedTile(1, gallery.Count);
        for (int query = 0; query < queries.Count; query++)
        {
            tile.Fill(queries, query, 1, gallery, 0, gallery.Count);
            DefinedRows.Order(tile.Row(0), keys, order);
            int kept = Math.Min(candidates, order.Length);
            int[] items = order[..kept];
            float[] scores = score(query, items);
            int best = -1;
            for (int place = 0; place < kept; place++)
                if (isPositive(query, items[place]) && (best < 0 || scores[place] > scores[best])) best = place;
            if (best < 0)
            {
                counts.Greater[query] = Array.FindIndex(order, item => isPositive(query, item));
                counts.EqualPositives[query] = 1;
                continue;
            }
            for (int place = 0; place < kept; place++)
                counts.Add(query, scores[place], scores[best], place, best, isPositive(query, items[place]));
        }
        return counts;
    }
}
