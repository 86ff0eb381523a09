using static TorchSharp.torch;

namespace ITContrast.Negatives.Weighting;

/// <summary>
/// InfoNCE's weights: uniform treatment of negatives but for the softmax, in which the positive takes part.
/// <code>w_ij = e^{s_ij/τ} / (e^{s⁺_i/τ} + Σ_k e^{s_ik/τ}) / τ        w⁺_i = Σ_j w_ij</code>
/// Source: the gradient of InfoNCE [V, METHODS 2.4].
/// </summary>
/// <param name="temperature">τ; default 0.07, above 0.</param>
public sealed class SoftmaxWeighting(double temperature = 0.07) : IPairWeighting
{
    private readonly double temperature =
        temperature > 0 ? temperature : throw new ArgumentOutOfRangeException(nameof(temperature), $"temperature is {temperature}; use a number above 0.");

    /// <inheritdoc/>
    public string Name => "infonce";

    /// <inheritdoc/>
    public PairWeights Weigh(Tensor negatives, Tensor positives)
    {
        var weights = (cat([positives.unsqueeze(1), negatives], 1) / temperature).softmax(1).narrow(1, 1, negatives.shape[1]) / temperature;
        return new(weights, weights.sum(1));
    }
}
