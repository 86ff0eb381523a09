using System.Text.Json.Nodes;
using ITContrast.Analysis;
using static System.FormattableString;

namespace ITContrast.Charts;

/// <summary>How scores of positives, of hardest and of all negatives part while a model learns: a histogram an epoch, behind one slider.</summary>
public static class HardnessSlider
{
    /// <summary>Draws caption queries; all epochs share their axes, so that what moves is the model.</summary>
    /// <param name="epochs">A label (the epoch, the step) and its hardness, in order, at least one.</param>
    /// <param name="quantity">What the slider moves along.</param>
    /// <exception cref="ArgumentException">No epoch, or epochs measured with different bins.</exception>
    public static Figure Of(IReadOnlyList<(string Label, HardnessReport Report)> epochs, string quantity = "epoch")
    {
        ArgumentNullException.ThrowIfNull(epochs);
        if (epochs.Count == 0) throw new ArgumentException("A slider needs an epoch; none came.", nameof(epochs));
        ScoreBins bins = epochs[0].Report.CaptionQuery.Bins;
        // Half the range is the longest row's, so that of unit rows differs by rounding.
        if (epochs.Any(epoch => epoch.Report.CaptionQuery.Bins.Count != bins.Count || Math.Abs(epoch.Report.CaptionQuery.Bins.Bound / bins.Bound - 1) > 1e-3))
            throw new ArgumentException("Every epoch needs the same bins: measure rows of the same length with the same options.", nameof(epochs));
        (string Label, double[][] Kinds, HardnessDirection Of)[] drawn =
        [
            .. epochs.Select(epoch => (epoch.Label, Kinds(epoch.Report.CaptionQuery), epoch.Report.CaptionQuery)),
        ];
        int[] filled = [.. Enumerable.Range(0, bins.Count).Where(bin => drawn.Any(epoch => epoch.Kinds.Any(kind => kind[bin] > 0)))];
        double width = 2 * bins.Bound / bins.Count, top = drawn.Max(epoch => epoch.Kinds.Max(kind => kind.Max()));
        HardnessDirection shown = drawn[0].Of;
        return Slider.Of(
            Invariant($"Scores by {quantity}: {shown.Queries:N0} caption queries, {shown.Gallery:N0} images"), quantity,
            [.. drawn.Select(epoch => (Invariant($"{epoch.Label}"), One(epoch.Kinds, bins, filled, epoch.Of)
                .Limits((bins.Centre(filled[0]) - width, bins.Centre(filled[^1]) + width), (0, 1.05 * top))))], start: drawn.Length - 1);
    }

    private static Figure One(double[][] kinds, ScoreBins bins, int[] filled, HardnessDirection of)
    {
        double[] x = [.. filled.Select(bin => Math.Round(bins.Centre(bin), 4))];
        string[] names = ["positive", Invariant($"hardest negative, above the positive in {100 * of.Violations:0.0} %"), "all negatives"];
        Figure figure = new("hardness");
        for (int kind = 0; kind < kinds.Length; kind++)
        {
            string colour = kind == 2 ? Palette.Reference : Palette.At(kind == 0 ? 2 : 1);
            figure.Line(x, [.. filled.Select(bin => kinds[kind][bin])], names[kind], dash: kind == 2 ? "dot" : "solid");
            (figure.Data[^1]!["line"]!["color"], figure.Data[^1]!["line"]!["shape"]) = (colour, "hvh");
            if (kind < 2) (figure.Data[^1]!["fill"], figure.Data[^1]!["fillcolor"]) = ("tozeroy", Palette.Faded(colour, 0.2));
        }
        return figure.Axes("score", "share of its kind, %");
    }

    private static double[][] Kinds(HardnessDirection of) =>
        [Percent(of.Bins.Histogram(of.Positive)), Percent(of.Bins.Histogram(of.Hardest)), Percent(of.Negatives)];

    private static double[] Percent(long[] counts)
    {
        double total = counts.Sum();
        // More digits would only make the page larger.
        return [.. counts.Select(count => Math.Round(100 * count / total, 3))];
    }
}
