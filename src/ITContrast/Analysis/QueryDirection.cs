using ITContrast.Evaluation;
using ITContrast.Evaluation.Ranking;

namespace ITContrast.Analysis;

/// <summary>One direction of retrieval: who asks, among what, and which items are positives and negatives of a query.</summary>
internal sealed record QueryDirection(string Name, string Items, Rows Queries, Rows Gallery, int[] QueryImage, int[] GalleryImage, long[]? Groups)
{
    public bool IsPositive(int query, int item) => QueryImage[query] == GalleryImage[item];

    /// <summary>Another image's item, in the query's group.</summary>
    public bool IsSibling(int query, int item) =>
        Groups is not null && !IsPositive(query, item) && Groups[QueryImage[query]] == Groups[GalleryImage[item]];

    public bool IsNegative(int query, int item) => !IsPositive(query, item) && !IsSibling(query, item);

    /// <summary>Calls <paramref name="sink"/> with each query's scores, from several threads; memory is 32 rows of scores a thread.</summary>
    public void ForEachQuery(int threads, ScoreRowSink sink) =>
        DefinedRows.ForEach(Queries, Gallery, Workers.Number(new RetrievalOptions { Threads = threads }), sink);

    /// <exception cref="ShapeException">A query has none: everything belongs to one image or group.</exception>
    public void RequireNegatives()
    {
        bool one = Groups is null ? GalleryImage.All(image => image == GalleryImage[0]) : GalleryImage.All(image => Groups[image] == Groups[GalleryImage[0]]);
        if (one)
            throw new ShapeException(
                $"{Name}: all {Gallery.Count} items belong to one {(Groups is null ? "image" : "group")}, so there is no negative. Give at least two.");
    }
}
