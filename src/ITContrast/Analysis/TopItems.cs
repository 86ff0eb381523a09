namespace ITContrast.Analysis;

/// <summary>The few best of many scores, without sorting them all.</summary>
internal static class TopItems
{
    /// <summary>Fills <paramref name="top"/> with the items of the largest scores, descending, lower index first among equals.</summary>
    /// <param name="scores">One score an item.</param>
    /// <param name="top">As many places as items are wanted.</param>
    /// <param name="counts">Which items take part; null for all.</param>
    /// <returns>Places filled: fewer than wanted where fewer items take part.</returns>
    public static int Select(ReadOnlySpan<double> scores, Span<int> top, Func<int, bool>? counts = null)
    {
        int filled = 0;
        for (int item = 0; item < scores.Length; item++)
        {
            if (filled == top.Length && !(scores[item] > scores[top[^1]])) continue;
            if (counts is not null && !counts(item)) continue;
            int place = filled < top.Length ? filled++ : filled - 1;
            for (; place > 0 && scores[item] > scores[top[place - 1]]; place--) top[place] = top[place - 1];
            top[place] = item;
        }
        return filled;
    }
}
