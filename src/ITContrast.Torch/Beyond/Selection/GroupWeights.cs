using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Torch;

/// <summary>
/// Softmax within groups, some of whose members may be missing.
/// <code>w_gj = e^{s_gj/τ} / Σ_{k in g} e^{s_gk/τ}        0 where s is −∞, no number in a group that holds one</code>
/// </summary>
public static class GroupWeights
{
    /// <summary>Weighs.</summary>
    /// <param name="scores">s, <c>[B, G, m]</c>, <c>-inf</c> where a member is missing; a gradient follows to them where they ask for one.</param>
    /// <param name="temperature">τ, above 0.</param>
    /// <returns>w, <c>[B, G, m]</c>, zeros in a group without members; and which groups have any, <c>[B, G]</c> bool.</returns>
    public static (Tensor Weights, Tensor Valid) Of(Tensor scores, double temperature = 1)
    {
#if TORCH_SYSTEM
        if (scores is { device_type: DeviceType.CPU, dtype: ScalarType.Float32, requires_grad: false } && scores.is_contiguous())
        {
            Tensor weights = empty(scores.shape, dtype: ScalarType.Float32), valid = empty(scores.shape[..^1], dtype: ScalarType.Bool);
            Native.Check(Native.itc_weigh_groups(scores.Handle, temperature, weights.Handle, valid.Handle), nameof(GroupWeights));
            return (weights, valid);
        }
#endif
        return Plain(scores, temperature);
    }

    /// <summary>The same in libtorch's own operations, of any type and on any device.</summary>
    internal static (Tensor Weights, Tensor Valid) Plain(Tensor scores, double temperature)
    {
        using var scope = NewDisposeScope();
        var finite = scores > double.NegativeInfinity;
        var valid = finite.any(2);
        var safe = scores.masked_fill(valid.logical_not().unsqueeze(2), 0.0);
        return ((safe / temperature).softmax(2).mul(finite.to(scores.dtype)).MoveToOuterDisposeScope(), valid.MoveToOuterDisposeScope());
    }
}
