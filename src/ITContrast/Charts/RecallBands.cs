using static System.FormattableString;

namespace ITContrast.Charts;

/// <summary>One system's ranks, to be drawn as a recall curve.</summary>
/// <param name="System">The system's name.</param>
/// <param name="Ranks">A seed each: the 0-based rank of every query's best positive, <c>[Q]</c>.</param>
public sealed record RankedSystem(string System, IReadOnlyList<int[]> Ranks);

/// <summary>
/// Recall@K by K for any number of systems, each with its 95 % band. Queries about one item of the world (five captions of one image) are no independent draws,
/// so the band is over items: with r_u the item's mean over its queries and over seeds,
/// <code>
///   R@K = mean_u r_u        band = R@K ± 1.96 · sd_u(r_u) / √U
/// </code>
/// Source: the cluster-robust standard error of a mean [V].
/// </summary>
public static class RecallBands
{
    /// <summary>Draws.</summary>
    /// <param name="systems">The systems; every seed has the same queries.</param>
    /// <param name="itemOf">Per query the item that it is about, <c>[Q]</c>: a caption's image, a drawing's concept.</param>
    /// <param name="gallery">Items ranked for each query; the line of chance is K of them.</param>
    /// <param name="cuts">The K; 1 to 50 where null.</param>
    /// <param name="direction">What asks for what.</param>
    /// <exception cref="ArgumentException">No system or seed, or a seed whose queries are not as many as items are named.</exception>
    public static Figure Of(
        IReadOnlyList<RankedSystem> systems, IReadOnlyList<int> itemOf, int gallery, IReadOnlyList<int>? cuts = null,
        string direction = "caption query → images")
    {
        ArgumentNullException.ThrowIfNull(systems);
        ArgumentNullException.ThrowIfNull(itemOf);
        ArgumentOutOfRangeException.ThrowIfLessThan(gallery, 1);
        if (systems.Count == 0) throw new ArgumentException("Recall curves need a system; none came.", nameof(systems));
        foreach (RankedSystem system in systems)
            if (system.Ranks.Count == 0 || system.Ranks.Any(ranks => ranks.Length != itemOf.Count))
                throw new ArgumentException(
                    $"{system.System}: expected {itemOf.Count} ranks a seed, one a query, found {(system.Ranks.Count == 0 ? "no seed" : string.Join(", ", system.Ranks.Select(ranks => ranks.Length)))}.",
                    nameof(systems));
        int[] at = [.. cuts ?? [.. Enumerable.Range(1, Math.Min(50, gallery))]];
        double[] x = [.. at.Select(k => (double)k)];
        int[] seeds = [.. systems.Select(system => system.Ranks.Count).Distinct().Order()];
        Figure figure = new(
            Invariant(
                $"Recall@K, {direction}: {itemOf.Count:N0} queries, {gallery:N0} items, {string.Join(" to ", seeds.Length > 1 ? [seeds[0], seeds[^1]] : seeds)} seeds, 95 % bands"
            ));
        foreach (RankedSystem system in systems)
        {
            (double Mean, double Half)[] points = [.. at.Select(k => At(system, itemOf, k))];
            figure.SystemBand(system.System, x, [.. points.Select(p => Math.Max(0, p.Mean - p.Half))], [.. points.Select(p => Math.Min(100, p.Mean + p.Half))]);
            figure.SystemLine(system.System, x, [.. points.Select(p => p.Mean)]);
        }
        figure.Line(x, [.. at.Select(k => 100.0 * Math.Min(k, gallery) / gallery)], "chance", dash: "dot").Axes("K", "queries with a hit, %");
        figure.Data[^1]!["line"]!["color"] = Palette.Reference;
        return figure;
    }

    /// <summary>R@K of a system in percent, and half its 95 % band; NaN where a single item leaves no spread to measure.</summary>
    public static (double Mean, double Half) At(RankedSystem system, IReadOnlyList<int> itemOf, int k)
    {
        ArgumentNullException.ThrowIfNull(system);
        double[] items =
        [
            .. Enumerable
                .Range(0, itemOf.Count)
                .GroupBy(query => itemOf[query])
                .Select(own => 100 * system.Ranks.Average(ranks => own.Average(query => ranks[query] < k ? 1.0 : 0))),
        ];
        double mean = items.Average();
        return (mean, 1.96 * Math.Sqrt(items.Sum(item => (item - mean) * (item - mean)) / (items.Length - 1) / items.Length));
    }
}
