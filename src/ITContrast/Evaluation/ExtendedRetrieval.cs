using ITContrast.Evaluation.Ranking;
using static TorchSharp.torch;

namespace ITContrast.Evaluation;

/// <summary>
/// Retrieval where a query has many positives: human judgements (ECCV Caption, CxC), or every drawing of a concept.
/// <code>
///   mAP@R = 1/R Σ_{r = 1..R} precision@r · rel_r      R-precision = precision@R      R = the query's number of positives
/// </code>
/// averaged over the judged queries. Source: eccv-caption evaluation code [V]; ties as in <see cref="Retrieval"/>.
/// </summary>
public static class ExtendedRetrieval
{
    /// <summary>Ranks the whole gallery for every judged query.</summary>
    /// <param name="queries">Query embeddings, <c>[Q, D]</c>.</param>
    /// <param name="gallery">Gallery embeddings, <c>[M, D]</c>.</param>
    /// <param name="positives">Per query row its positive gallery rows; an empty array leaves the query out.</param>
    /// <param name="options">As for <see cref="Retrieval.Evaluate"/>.</param>
    /// <exception cref="ShapeException">Lengths or widths disagree, a positive is no gallery row or is named twice, or no query is judged.</exception>
    public static ExtendedReport Evaluate(Tensor queries, Tensor gallery, IReadOnlyList<int[]> positives, RetrievalOptions? options = null)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        return Evaluate(Rows.Of(queries, "queries"), Rows.Of(gallery, "gallery"), positives, options ?? new());
    }

    internal static ExtendedReport Evaluate(Rows queries, Rows gallery, IReadOnlyList<int[]> positives, RetrievalOptions options)
    {
        Require(queries, gallery, positives);
        int[] judged = [.. Enumerable.Range(0, positives.Count).Where(query => positives[query].Length > 0)];
        Rows asked = judged.Length == queries.Count ? queries : queries.Gather(judged);
        int[] pairQuery = [.. judged.SelectMany((query, place) => Enumerable.Repeat(place, positives[query].Length))];
        int[] pairItem = [.. judged.SelectMany(query => positives[query])];
        double[] scores = DefinedScore.OfPairs(asked, pairQuery, gallery, pairItem);
        PositivePair[] pairs = [.. pairQuery.Select((query, pair) => new PositivePair(query, pairItem[pair], scores[pair]))];
        using IScoreProduct? product = Products.Choose(asked, gallery, options, out _);
        int workers = Workers.Number(options);
        PairCount[] counts = PairRanks.Count(asked, gallery, 0, pairs, product, TileShape.For(options, asked.Count, gallery.Count, workers), workers);

        var ranks = new int[judged.Length][];
        for (int query = 0, pair = 0; query < judged.Length; query++)
        {
            int many = positives[judged[query]].Length;
            ranks[query] = [.. counts[pair..(pair + many)].Select(count => count.Rank).Order()];
            pair += many;
        }
        return new(gallery.Count, judged, ranks);
    }

    private static void Require(Rows queries, Rows gallery, IReadOnlyList<int[]> positives)
    {
        ArgumentNullException.ThrowIfNull(positives);
        if (queries.Width != gallery.Width)
            throw new ShapeException($"queries have width {queries.Width}, the gallery {gallery.Width}: expected one width for both.");
        if (positives.Count != queries.Count)
            throw new ShapeException($"positives: expected one array a query, {queries.Count}, found {positives.Count}.");
        for (int query = 0; query < positives.Count; query++)
        {
            foreach (int item in positives[query])
                if (item < 0 || item >= gallery.Count)
                    throw new ShapeException($"positives of query row {query}: {item} is no row of the gallery, which has {gallery.Count}.");
            if (positives[query].Distinct().Count() != positives[query].Length)
                throw new ShapeException($"positives of query row {query} name a gallery row twice.");
        }
        if (positives.All(rows => rows.Length == 0)) throw new ShapeException("positives: no query has any, so there is nothing to evaluate.");
    }
}
