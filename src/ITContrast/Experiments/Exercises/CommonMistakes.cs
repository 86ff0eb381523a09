using static System.FormattableString;

namespace ITContrast.Experiments.Exercises;

/// <summary>What can be said of any wrong answer: not finite, negated, off by a factor or by a constant, right on some inputs.</summary>
internal static class CommonMistakes
{
    /// <returns>The hint, or null where the answer is finite wherever it should be.</returns>
    public static string? NotFinite(double[] wanted, double[] found) =>
        found.Zip(wanted).Any(pair => !double.IsFinite(pair.First) && double.IsFinite(pair.Second))
        ? "Not finite: the answer holds NaN or ∞. Look for the logarithm of 0, a division by 0, or 0 · ∞ behind a mask."
        : null;

    /// <param name="tried">Oracle's and reader's numbers, an entry an input.</param>
    public static string Of(IReadOnlyList<(double[] Wanted, double[] Found)> tried)
    {
        (double Wanted, double Found)[] all = [.. tried.SelectMany(pair => pair.Wanted.Zip(pair.Found))];
        if (all.All(pair => Closeness.Equal(pair.Found, -pair.Wanted))) return "Sign: the answer is the right one, negated.";
        if (Factor(all) is { } factor)
            return Invariant($"Scale: the answer is {factor:G5} times the right one, everywhere. A mean where a sum belongs, or the reverse?");
        if (all.Select(pair => pair.Found - pair.Wanted).ToArray() is var offsets && offsets.All(offset => Closeness.Equal(offset, offsets[0])))
            return Invariant($"Offset: the answer is the right one plus {offsets[0]:G5}, everywhere.");
        int right = tried.Count(pair => Closeness.Equal(pair.Found, pair.Wanted));
        (double wanted, double found) = all.First(pair => !Closeness.Equal(pair.Found, pair.Wanted));
        return Invariant($"Right on {right} of {tried.Count} inputs. Elsewhere, for example, expected {wanted:G6}, found {found:G6}.");
    }

    private static double? Factor((double Wanted, double Found)[] all)
    {
        (double Wanted, double Found)[] told = [.. all.Where(pair => Math.Abs(pair.Wanted) > 1e-3)];
        if (told.Length < 2) return null;
        double factor = told[0].Found / told[0].Wanted;
        return factor != 0 && all.All(pair => Closeness.Equal(pair.Found, factor * pair.Wanted)) ? factor : null;
    }
}
