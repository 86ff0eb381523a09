namespace ITContrast.Synthesis;

/// <summary>What all operators of a synthesiser share: the profile, the schedule, the gradient flag.</summary>
public sealed record SynthesisOptions
{
    /// <summary>K, hardest negatives profiled for an anchor. Default 32; 0 takes all of the batch; at most B − 1 of the smallest batch.</summary>
    public int Hardest { get; init; } = 32;

    /// <summary>Epochs at the start without synthesis. Default 1; at least 0. Every relative that publishes a schedule delays synthesis.</summary>
    public int WarmupEpochs { get; init; } = 1;

    /// <summary>
    /// Epochs after the warm-up over which hardness grows: synthesised negatives enter shifted down by a margin that falls linearly from
    /// <see cref="StartingEase"/> to 0 [I]. Default 0: full hardness at once.
    /// </summary>
    public int GrowthEpochs { get; init; }

    /// <summary>
    /// Score by which synthesised negatives are eased when growth begins. Default 0.2; at least 0. Ignored when <see cref="GrowthEpochs"/> is 0.
    /// </summary>
    public double StartingEase { get; init; } = 0.2;

    /// <summary>Whether gradients flow through synthesised negatives to their parents. Default false, as in every verified relative.</summary>
    public bool ThroughNegatives { get; init; }

    /// <summary>How scores are computed. Default automatic.</summary>
    public SynthesisPath Path { get; init; }

    /// <summary>Checks every value.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range.</exception>
    public SynthesisOptions Validated()
    {
        if (Hardest < 0) throw new ArgumentOutOfRangeException(nameof(Hardest), $"Hardest is {Hardest}; use 0 for all negatives, or a count.");
        if (WarmupEpochs < 0) throw new ArgumentOutOfRangeException(nameof(WarmupEpochs), $"WarmupEpochs is {WarmupEpochs}; use at least 0.");
        if (GrowthEpochs < 0) throw new ArgumentOutOfRangeException(nameof(GrowthEpochs), $"GrowthEpochs is {GrowthEpochs}; use at least 0.");
        if (!(StartingEase >= 0)) throw new ArgumentOutOfRangeException(nameof(StartingEase), $"StartingEase is {StartingEase}; use at least 0.");
        return this;
    }

    /// <summary>
    /// Checks K, and G where groups have equal counts, against the batches to come: a run that must fail after its warm-up is refused before it.
    /// </summary>
    /// <param name="batch">B, pairs of the smallest batch, so that an anchor has at most B − 1 negatives.</param>
    /// <param name="groups">G of the representatives; null where no operator cuts the profile into equal groups.</param>
    /// <exception cref="ArgumentException">K is above B − 1, or G does not divide K.</exception>
    public SynthesisOptions ValidatedFor(int batch, int? groups)
    {
        var (most, k) = (batch - 1, Hardest == 0 ? batch - 1 : Hardest);
        if (k > most)
            throw new ArgumentException(
                $"Hardest (K) is {k}, but in a batch of {batch} pairs an anchor has at most {most} negatives. Use K ≤ {most}, 0 for all of them, or a larger batch."
            );
        if (groups is { } g && k % g != 0)
            throw new ArgumentException(
                $"Groups (G) is {g}, which does not divide the {k} hardest negatives (K{(Hardest == 0 ? " = 0: all of the batch" : "")}) into equal groups. Use a G that divides {k}, or another K."
            );
        return this;
    }

    /// <summary>The score that synthesised negatives are eased by in an epoch (0-based); null before synthesis starts.</summary>
    public double? Ease(int epoch)
    {
        if (epoch < WarmupEpochs) return null;
        var grown = GrowthEpochs == 0 ? 1.0 : Math.Min(1.0, (epoch - WarmupEpochs) / (double)GrowthEpochs);
        return StartingEase * (1 - grown);
    }
}
