using static TorchSharp.torch;

namespace ITContrast.Losses;

/// <summary>
/// What a weighted pair loss over keys without gradient asks of its anchors. The weights are stopped, so it holds the loss's whole gradient, and is found
/// without recording one.
/// <code>dL/dq_i = (1/B) Σ_j w_ij·k_j        dL/ds⁺_i = −w⁺_i/B</code>
/// </summary>
/// <param name="Keys">Σ_j w_ij·k_j, <c>[B, D]</c>, detached.</param>
/// <param name="Positives">w⁺, <c>[B]</c>, detached.</param>
internal readonly record struct WeightedKeys(Tensor Keys, Tensor Positives) : IDisposable
{
    /// <summary><c>(1/B) Σ_i ( q_i·Σ_j w_ij·k_j − w⁺_i·s⁺_i )</c>.</summary>
    /// <param name="anchors">q, <c>[B, D]</c>, attached.</param>
    /// <param name="positives">s⁺, <c>[B]</c>, attached.</param>
    public Tensor Loss(Tensor anchors, Tensor positives) => ((anchors * Keys).sum(1) - Positives * positives).mean();

    /// <summary>Hands both tensors to the caller, beyond the scope they were made in.</summary>
    public WeightedKeys KeepBeyondScope() => new(Keys.DetachFromDisposeScope(), Positives.DetachFromDisposeScope());

    /// <inheritdoc/>
    public void Dispose()
    {
        Keys.Dispose();
        Positives.Dispose();
    }
}
