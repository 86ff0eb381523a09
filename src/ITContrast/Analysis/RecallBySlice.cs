using ITContrast.Evaluation;

namespace ITContrast.Analysis;

/// <summary>Recall of the queries that share a label: captions of a length, queries of a concept.</summary>
public static class RecallBySlice
{
    /// <summary>R@1, R@5 and R@10 by label.</summary>
    /// <param name="direction">A direction's ranks.</param>
    /// <param name="labels">Per query its label, <c>[Q]</c>: a number of words, a group.</param>
    /// <param name="what">What a label is, for text and chart: "words", "group".</param>
    /// <param name="name">What a label is called where it is no quantity, a concept for example; null for a number, which has an order.</param>
    /// <exception cref="ShapeException">Not one label a query.</exception>
    public static RecallBySliceReport Measure(DirectionReport direction, IReadOnlyList<long> labels, string what, Func<long, string>? name = null)
    {
        ArgumentNullException.ThrowIfNull(direction);
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentException.ThrowIfNullOrEmpty(what);
        if (labels.Count != direction.Queries) throw new ShapeException($"labels: expected one a query, {direction.Queries}, found {labels.Count}.");
        RecallSlice[] slices = [.. direction.Ranks.Zip(labels).GroupBy(query => query.Second, query => query.First).OrderBy(slice => slice.Key)
            .Select(slice => new RecallSlice(slice.Key, slice.Count(), Recall(slice, 1), Recall(slice, 5), Recall(slice, 10)))];
        return new(what, direction.Gallery, slices) { Names = name is null ? null : [.. slices.Select(slice => name(slice.Label))] };
    }

    private static double Recall(IEnumerable<int> ranks, int k) => 100 * ranks.Average(rank => rank < k ? 1.0 : 0);
}
