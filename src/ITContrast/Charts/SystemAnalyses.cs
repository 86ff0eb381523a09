using ITContrast.Analysis;
using static System.FormattableString;

namespace ITContrast.Charts;

/// <summary>One analysis of several systems in one chart, a line a system in its colour.</summary>
public static class SystemAnalyses
{
    private const int Points = 200;

    /// <summary>
    /// Hubness curves of caption queries: N_k of the largest k as a multiple of its mean, the most retrieved images first. A flat line at 1 has no hubs.
    /// </summary>
    /// <exception cref="ArgumentException">There is no system.</exception>
    public static Figure Hubness(IReadOnlyList<(string System, HubnessReport Report)> systems)
    {
        Require(systems);
        HubnessDirection first = systems[0].Report.CaptionQuery;
        int k = first.Cuts[^1].K, items = first.Cuts[^1].Counts.Length;
        Figure figure = new(Invariant($"Hubs and anti-hubs: N_{k} of {items:N0} {first.Items} over {first.Queries:N0} caption queries"));
        foreach ((string system, HubnessReport report) in systems)
        {
            HubCounts cut = report.CaptionQuery.Cuts[^1];
            int[] sorted = [.. cut.Counts.OrderDescending()];
            int points = Math.Min(Points, sorted.Length);
            int[] at = [.. Enumerable.Range(0, points).Select(point => points == 1 ? 0 : (int)((long)point * (sorted.Length - 1) / (points - 1)))];
            figure.SystemLine(system, [.. at.Select(place => 100.0 * (place + 1) / sorted.Length)], [.. at.Select(place => sorted[place] / sorted.Average())],
                Invariant($"{system}, {100 * cut.NeverRetrieved:0.0} % never retrieved"));
        }
        return figure.Axes("items, most retrieved first, %", Invariant($"N_{k} as a multiple of its mean"));
    }

    /// <summary>Sweeps along the modality gap: R@1 of caption queries after a shift by δ.</summary>
    /// <exception cref="ArgumentException">There is no system.</exception>
    public static Figure Gap(IReadOnlyList<(string System, ModalityGapReport Report)> systems)
    {
        Require(systems);
        ModalityGapReport first = systems[0].Report;
        Figure figure = new(Invariant($"R@1 when the gap is shifted, {first.Captions:N0} caption queries, {first.Images:N0} images"));
        foreach ((string system, ModalityGapReport report) in systems)
        {
            GapShift[] sorted = [.. report.Sweep.OrderBy(shift => shift.Delta)];
            figure.SystemLine(
                system,
                [.. sorted.Select(shift => shift.Delta)],
                [.. sorted.Select(shift => shift.CaptionR1)],
                Invariant($"{system}, ‖Δ‖ = {report.Distance:0.00}"),
                markers: true);
        }
        return figure.Axes("δ along the gap (above 0: together)", "R@1, %");
    }

    private static void Require<T>(IReadOnlyList<(string System, T Report)> systems)
    {
        ArgumentNullException.ThrowIfNull(systems);
        if (systems.Count == 0) throw new ArgumentException("A comparison needs a system; none came.", nameof(systems));
    }
}
