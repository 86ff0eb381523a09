namespace ITContrast.Training;

/// <summary>
/// Learning rates by layer: a factor for every parameter whose name begins so, as a pre-trained encoder below new heads needs a tenth of their rate.
/// Of several prefixes that fit, the longest counts; a parameter that none fits has factor 1.
/// </summary>
internal static class LayerRates
{
    /// <summary>The factor of every name.</summary>
    /// <exception cref="ArgumentException">A prefix fits no parameter: a misspelt one must not train at the full rate silently.</exception>
    public static double[] Of(IReadOnlyList<string> names, IReadOnlyDictionary<string, double>? factors)
    {
        if (factors is null) return [.. names.Select(_ => 1.0)];
        foreach ((string prefix, _) in factors)
            if (!names.Any(name => Fits(name, prefix)))
                throw new ArgumentException(
                    $"LayerRates: no trained parameter's name begins with \"{prefix}\"; names look like {string.Join(", ", names.Take(4))}.");
        return
        [
            .. names.Select(name =>
                factors.Where(f => Fits(name, f.Key)).OrderByDescending(f => f.Key.Length).Select(f => (double?)f.Value).FirstOrDefault() ?? 1.0),
        ];
    }

    private static bool Fits(string name, string prefix) =>
        name.StartsWith(prefix, StringComparison.Ordinal) && (name.Length == prefix.Length || prefix.EndsWith('.') || name[prefix.Length] == '.');
}
