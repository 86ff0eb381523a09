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
        JudgedPairs judged = JudgedPairs.Of(queries, gallery, positives);
        return JudgedPairs.Report(gallery.Count, judged.Queries, judged.Pairs, Count(judged, gallery, 0, options));
    }

    /// <summary>Counts over a gallery, or over the part of it that starts at row <paramref name="start"/>.</summary>
    internal static PairCount[] Count(JudgedPairs judged, Rows gallery, int start, RetrievalOptions options)
    {
        using IScoreProduct? product = Products.Choose(judged.Asked, gallery, judged.Pairs, options, out _);
        int workers = Workers.Number(options);
        return PairRanks.Count(
            judged.Asked, gallery, start, judged.Pairs, product, TileShape.For(options, judged.Asked.Count, gallery.Count, workers, product), workers);
    }
}
