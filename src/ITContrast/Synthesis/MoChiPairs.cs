using static TorchSharp.torch;

namespace ITContrast.Synthesis;

/// <summary>
/// MoCHi type 1: mixes of two of the anchor's hardest negatives.
/// <code>h = normalize(a·n_i + (1−a)·n_j)        i, j ~ U{1..K},  a ~ U(0, 1)</code>
/// Source: Kalantidis et al., NeurIPS 2020 [V]. There the negatives come from a queue; here from whatever keys the direction holds.
/// </summary>
/// <param name="count">s, negatives made for an anchor; at least 1.</param>
public sealed class MoChiPairs(int count = 16) : MixtureSynthesis("mochi-1")
{
    private readonly int count = Positive.Count(count, nameof(count));

    /// <inheritdoc/>
    public override Mixture Mix(SynthesisContext context)
    {
        var (parents, valid) = ParentDraw.Hardest(context, count, 2);
        var a = ParentDraw.Uniform(context, 0, 1, parents.shape[0], count, 1);
        return new(parents, cat([a, 1 - a], 2), valid);
    }
}
