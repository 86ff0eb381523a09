namespace ITContrast.Evaluation.Statistics;

/// <summary>
/// Holm's step-down correction for a table's comparisons: with p-values in ascending order,
/// <code>
///   p'_(i) = min(1, max_{j ≤ i} (m − j + 1) · p_(j))        j = 1 … m
/// </code>
/// rejecting p' ≤ α keeps the chance of any false rejection at α. Source: Holm, Scandinavian Journal of Statistics 6 (1979) [V].
/// </summary>
public static class Holm
{
    /// <summary>Adjusted p-values in the order given. NaN stands for "not tested": it stays NaN and does not count towards m.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A p-value is outside 0 to 1.</exception>
    public static double[] Adjust(IReadOnlyList<double> pValues)
    {
        ArgumentNullException.ThrowIfNull(pValues);
        foreach (double p in pValues)
            if (p is < 0 or > 1) throw new ArgumentOutOfRangeException(nameof(pValues), p, "A p-value lies between 0 and 1.");
        double[] adjusted = [.. pValues];
        int[] order = [.. Enumerable.Range(0, adjusted.Length).Where(i => !double.IsNaN(adjusted[i])).OrderBy(i => pValues[i])];
        double largest = 0;
        for (int place = 0; place < order.Length; place++)
        {
            largest = Math.Max(largest, Math.Min(1, (order.Length - place) * pValues[order[place]]));
            adjusted[order[place]] = largest;
        }
        return adjusted;
    }
}
