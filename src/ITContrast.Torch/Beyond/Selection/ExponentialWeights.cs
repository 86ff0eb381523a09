using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Torch;

/// <summary>
/// Weights of scores that fade when all of a row are small: a softmax beside a one.
/// <code>w_ij = e^{μ(s_ij−γ)} / (1 + Σ_k e^{μ(s_ik−γ)})        0 where s is −∞, no number where one of a row is none</code>
/// </summary>
public static class ExponentialWeights
{
    /// <summary>Weighs; no gradient follows.</summary>
    /// <param name="scores">s, <c>[B, N]</c>, <c>-inf</c> where one is left out.</param>
    /// <param name="mu">μ, above 0.</param>
    /// <param name="gamma">γ.</param>
    /// <returns>w, <c>[B, N]</c>.</returns>
    public static Tensor Of(Tensor scores, double mu, double gamma)
    {
        using var _ = no_grad();
        using var scope = NewDisposeScope();
#if TORCH_SYSTEM
        if (scores is { device_type: DeviceType.CPU, dtype: ScalarType.Float32, ndim: 2 })
        {
            Tensor plain = scores.detach().contiguous(), weights = empty(plain.shape);
            Native.Check(Native.itc_weigh(plain.Handle, mu, gamma, weights.Handle), nameof(ExponentialWeights));
            return weights.MoveToOuterDisposeScope();
        }
#endif
        return Plain(scores.detach(), mu, gamma).MoveToOuterDisposeScope();
    }

    /// <summary>The same in libtorch's own operations, of any type and on any device.</summary>
    internal static Tensor Plain(Tensor scores, double mu, double gamma)
    {
        var logits = (scores - gamma).mul_(mu);
        var withOne = cat([zeros(scores.shape[0], 1, dtype: logits.dtype, device: logits.device), logits], 1);
        return withOne.softmax(1).narrow(1, 1, scores.shape[1]);
    }
}
