using static TorchSharp.torch;

namespace ITContrast.Synthesis;

/// <summary>
/// Mixes of the anchor's positive into its hardest negatives, always nearer to the negative.
/// <code>h = normalize(b·sg(p) + (1−b)·n_j)        j ~ U{1..K},  b ~ U(0, 0.5)</code>
/// The other modality's own point of view: unlike a mix with the anchor, h stays inside the keys' cone. This project's operator [I], after MixCSE's use of the
/// positive.
/// </summary>
/// <param name="count">Negatives made for an anchor; at least 1.</param>
public sealed class PositiveInterpolation(int count = 16) : MixtureSynthesis("positive-interpolation")
{
    private readonly int count = Positive.Count(count, nameof(count));

    /// <inheritdoc/>
    public override Mixture Mix(SynthesisContext context)
    {
        var (negatives, valid) = ParentDraw.Hardest(context, count, 1);
        var b = ParentDraw.Uniform(context, 0, 0.5, negatives.shape[0], count, 1);
        var positives = context.Direction.PositiveIndex.view(-1, 1, 1).expand(negatives.shape);
        return new(cat([positives, negatives], 2), cat([b, 1 - b], 2), valid);
    }
}
