using ITContrast.Torch;
using static TorchSharp.torch;

namespace ITContrast.Negatives.Weighting;

/// <summary>
/// Diversity-sensitive weights: a pair's weight depends on its score and on all other negatives of its anchor, and fades when all of them are easy.
/// <code>
///   w_ij = e^{μ(s_ij−γ)} / (1 + Σ_k e^{μ(s_ik−γ)})        in (0, 1), summing to less than 1
///   w⁺_i = 1/(1 + s⁺_i) if s⁺_i &gt; 0, else 0                the gradient of log(1 + relu(s⁺))
/// </code>
/// The gradient of <c>(1/μ) log(1 + Σ_j e^{μ(s_ij−γ)}) − log(1 + relu(s⁺_i))</c>: USER's loss (TIP 2024) and HAL's local term [V];
/// that it is what CODER calls "diversity-sensitive" is this project's reading [I].
/// </summary>
/// <param name="mu">μ; default 90 (USER), above 0.</param>
/// <param name="gamma">γ; default 0.5 (USER).</param>
public sealed class LogSumExpWeighting(double mu = 90, double gamma = 0.5) : IPairWeighting
{
    private readonly double mu = mu > 0 ? mu : throw new ArgumentOutOfRangeException(nameof(mu), $"mu is {mu}; use a number above 0.");

    /// <inheritdoc/>
    public string Name => "log-sum-exp";

    /// <inheritdoc/>
    public PairWeights Weigh(Tensor negatives, Tensor positives) => new(ExponentialWeights.Of(negatives, mu, gamma), PullOf(positives));

    /// <inheritdoc/>
    public (SquareWeights Negatives, Tensor Positives)? WeighSquare(Tensor scores, Tensor mask, Tensor positives) =>
        ExponentialWeights.OfSquare(scores, mask, mu, gamma) is { } weights ? (weights, PullOf(positives)) : null;

    /// <inheritdoc/>
    public (Tensor Sums, Tensor Positives)? WeighKeys(Tensor anchors, Tensor keys, Tensor keyIds, Tensor ids, Tensor positives) =>
        ExponentialWeights.SumKeys(anchors, keys, keyIds, ids, mu, gamma) is { } sums ? (sums, PullOf(positives)) : null;

    /// <summary>1/(1+s⁺) where s⁺ is above 0, else 0.</summary>
    internal static Tensor PullOf(Tensor positives) => (positives > 0).to(positives.dtype) / (positives.clamp(min: 0) + 1);
}
