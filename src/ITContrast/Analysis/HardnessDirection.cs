using System.Text.Json.Nodes;
using static System.FormattableString;

namespace ITContrast.Analysis;

/// <summary>Hardness of one direction, query by query.</summary>
/// <param name="Name">"caption query → images" or "image query → captions".</param>
/// <param name="Gallery">Items each query meets.</param>
/// <param name="Positive">s_pos, <c>[Q]</c>.</param>
/// <param name="Hardest">s_hard, <c>[Q]</c>.</param>
/// <param name="MeanNegative">Mean score of the query's negatives, <c>[Q]</c>.</param>
/// <param name="Margin">The margin that <see cref="WithinMargin"/> counts.</param>
/// <param name="Bins">The histograms' bins.</param>
/// <param name="Negatives">Negative scores a bin, over all queries.</param>
public sealed record HardnessDirection(
    string Name, int Gallery, double[] Positive, double[] Hardest, double[] MeanNegative, double Margin, ScoreBins Bins, long[] Negatives)
{
    /// <summary>Queries.</summary>
    public int Queries => Positive.Length;

    /// <summary>s_pos − s_hard, <c>[Q]</c>.</summary>
    public double[] Gap { get; } = [.. Positive.Zip(Hardest, (positive, hard) => positive - hard)];

    /// <summary>P(gap &lt; 0): the hardest negative outscores every positive; 1 − R@1 where nothing is tied and each image is its own group.</summary>
    public double Violations => Gap.Count(gap => gap < 0) / (double)Queries;

    /// <summary>P(gap &lt; margin): a triplet loss of that margin still has a gradient.</summary>
    public double WithinMargin => Gap.Count(gap => gap < Margin) / (double)Queries;

    /// <summary>Mean of s_hard − mean(s_neg).</summary>
    public double RelativeHardness => Hardest.Zip(MeanNegative, (hard, mean) => hard - mean).Average();

    internal string ToText() => Invariant(
        $"{Sentence.Start(Name)} ({Queries:N0} queries, {Gallery:N0} items): positives score {Positive.Average():0.000} on average, the hardest negative {Hardest.Average():0.000}, all negatives {Math.Round(MeanNegative.Average(), 3) + 0.0:0.000}. "
    )
        + Invariant(
            $"The hardest negative beats the positive for {100 * Violations:0.0} % of queries, and comes within {Margin:0.##} of it for {100 * WithinMargin:0.0} %; it stands {RelativeHardness:0.000} above the query's mean negative."
        );

    internal JsonObject ToJson() => new()
    {
        ["queries"] = Queries, ["gallery"] = Gallery, ["mean_positive"] = Positive.Average(), ["mean_hardest"] = Hardest.Average(),
        ["mean_negative"] = MeanNegative.Average(), ["mean_gap"] = Gap.Average(), ["violations"] = Violations, ["margin"] = Margin,
        ["within_margin"] = WithinMargin, ["relative_hardness"] = RelativeHardness,
    };
}
