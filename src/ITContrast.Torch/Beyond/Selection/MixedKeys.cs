using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Torch;

/// <summary>
/// Scores of anchors with normalised mixtures of a few keys, in one node of the graph that holds no mixture: each is summed where it is measured, and once more
/// in the backward pass.
/// <code>
///   h̃_im = Σ_k a_imk·n_k + c_im·q_i + e_im·sign(q_i)        s_im = q_i·h̃_im / ‖h̃_im‖        ∂s/∂q = h̃ / ‖h̃‖
/// </code>
/// </summary>
public static class MixedKeys
{
    /// <summary>Scores; their gradient reaches the anchors as factors of the product alone, not what was mixed.</summary>
    /// <param name="anchors">q, <c>[B, D]</c>, float32.</param>
    /// <param name="keys">n, <c>[N, D]</c>.</param>
    /// <param name="parents">Rows among the keys, <c>[B, M, m]</c> int64.</param>
    /// <param name="weights">a, <c>[B, M, m]</c>; no gradient follows to them.</param>
    /// <param name="valid">False where there is no mixture, <c>[B, M]</c>.</param>
    /// <param name="anchor">c, <c>[B, M]</c>; null is zero.</param>
    /// <param name="sign">e, <c>[B, M]</c>; null is zero.</param>
    /// <param name="smallest">Squared length below which a mixture has no direction.</param>
    /// <returns><c>[B, M]</c>, <c>-inf</c> where invalid or without direction; null where this torch cannot, or the weights ask for a gradient.</returns>
    public static Tensor? Score(Tensor anchors, Tensor keys, Tensor parents, Tensor weights, Tensor valid, Tensor? anchor, Tensor? sign, double smallest)
    {
#if TORCH_SYSTEM
        bool fits = anchors is { device_type: DeviceType.CPU, dtype: ScalarType.Float32 } && keys.dtype == anchors.dtype && weights.dtype == anchors.dtype;
        if (!fits || weights.requires_grad || anchor is { requires_grad: true } || sign is { requires_grad: true }) return null;
        var scores = Native.itc_mixtures(
            anchors.Handle, keys.Handle, parents.Handle, weights.Handle, valid.Handle, anchor?.Handle ?? 0, sign?.Handle ?? 0, smallest);
        return new Tensor(Native.Check(scores, nameof(MixedKeys)));
#else
        return null;
#endif
    }
}
