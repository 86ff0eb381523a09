using static TorchSharp.torch;

namespace ITContrast.Negatives.Weighting;

/// <summary>
/// Every negative of an anchor alike: what adaptive weights are compared with.
/// <code>w_ij = 1/N_i over the N_i unmasked negatives        w⁺_i = 1, or 0 where N_i = 0</code>
/// The limit τ → ∞ of <see cref="SoftmaxWeighting"/>'s distribution over negatives [I]; no hinge ends it, only the unit sphere does.
/// </summary>
public sealed class UniformWeighting : IPairWeighting
{
    /// <inheritdoc/>
    public string Name => "uniform";

    /// <inheritdoc/>
    public PairWeights Weigh(Tensor negatives, Tensor positives)
    {
        // Only −inf is a mask; what is no number must not be taken for one.
        var present = (negatives == double.NegativeInfinity).logical_not().to(positives.dtype);
        var count = present.sum(1);
        return new(present / count.clamp(min: 1).unsqueeze(1), (count > 0).to(positives.dtype));
    }
}
