namespace ITContrast.Synthesis;

/// <summary>The operators by the names that configurations and tables use.</summary>
public static class Operators
{
    /// <summary>All names.</summary>
    public static IReadOnlyList<string> Names { get; } =
        [
            "representatives", "learned-representatives", "mochi-1", "mochi-2", "synco-1", "synco-2", "synco-3", "synco-4", "synco-5", "synco-6", "mixcse",
            "positive-interpolation",
        ];

    /// <summary>Makes an operator.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="count">Negatives for an anchor; ignored by representatives and MixCSE.</param>
    /// <param name="hardest">K; needed by the learned representatives alone.</param>
    /// <param name="representatives">Groups and temperature of the representatives.</param>
    /// <exception cref="ArgumentException">The name is unknown.</exception>
    public static INegativeSynthesis Create(string name, int count, int hardest, RepresentativeOptions representatives) => name switch
    {
        "representatives" => new Representatives(representatives),
        "learned-representatives" => new LearnedRepresentatives(hardest, representatives.Groups),
        "mochi-1" => new MoChiPairs(count),
        "mochi-2" => new MoChiAnchors(count),
        "synco-1" => new SynCoInterpolation(count),
        "synco-2" => new SynCoExtrapolation(count),
        "synco-3" => new SynCoMixup(count),
        "synco-4" => new SynCoNoise(count),
        "synco-5" => new SynCoGradient(count),
        "synco-6" => new SynCoAdversarial(count),
        "mixcse" => new MixCse(),
        "positive-interpolation" => new PositiveInterpolation(count),
        _ => throw new ArgumentException($"'{name}' is no synthesis operator; there are: {string.Join(", ", Names)}."),
    };
}
