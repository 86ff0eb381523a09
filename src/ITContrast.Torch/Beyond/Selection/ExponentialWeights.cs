using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Torch;

/// <summary>
/// Weights of scores that fade when all of a row are small: a softmax beside a one.
/// <code>w_ij = e^{μ(s_ij−γ)} / (1 + Σ_k e^{μ(s_ik−γ)})        0 where s is −∞, no number where one of a row is none</code>
/// </summary>
public static class ExponentialWeights
{
    /// <summary>Whether the processor has bf16 tiles or vectors of sixteen floats (AVX-512), and this torch reaches them.</summary>
    internal static bool SumsKeys { get; } =
#if TORCH_SYSTEM
        Native.itc_sums_keys() != 0;
#else
        false;
#endif

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

    /// <summary>
    /// The sums of keys that the weights are made for, block by block: neither scores nor weights of all keys are written, and blocks of keys that are all too
    /// far away to count are passed by. On bf16 tiles numbers are taken to 2⁻¹⁶ of themselves. Of keys in bfloat16 anchors and weights are rounded to it too:
    /// one product of the processor's in place of float's, or of three.
    /// <code>Σ_j w_ij·k_j        w as above of s = q·kᵀ, without the keys of an anchor's own id</code>
    /// </summary>
    /// <param name="anchors">q, <c>[B, D]</c>, unit rows.</param>
    /// <param name="keys">k, <c>[N, D]</c>, unit rows; float32 or bfloat16.</param>
    /// <param name="keyIds">Ids of the keys, <c>[N]</c> int64; below 0 where one is left out.</param>
    /// <param name="ids">Ids of the anchors, <c>[B]</c> int64.</param>
    /// <param name="mu">μ, above 0.</param>
    /// <param name="gamma">γ.</param>
    /// <returns><c>[B, D]</c>, without gradient; null where it would be no quicker than <see cref="Of"/> and a product: without <see cref="SumsKeys"/>,
    /// for other types or widths than multiples of <see cref="BFloat16Tiles.Multiple"/>, and for μ(1 − γ) above 80, beyond which exponentials need a
    /// shift.</returns>
    public static Tensor? SumKeys(Tensor anchors, Tensor keys, Tensor keyIds, Tensor ids, double mu, double gamma)
    {
#if TORCH_SYSTEM
        bool fits =
            SumsKeys
            && anchors is { device_type: DeviceType.CPU, dtype: ScalarType.Float32 }
            && keys is { device_type: DeviceType.CPU, dtype: ScalarType.Float32 or ScalarType.BFloat16 }
            && keys.shape[1] % BFloat16Tiles.Multiple == 0
            && mu * (1 - gamma) <= 80;
        if (!fits) return null;
        using Tensor q = anchors.detach().contiguous(), k = keys.detach().contiguous(), held = keyIds.contiguous(), own = ids.contiguous();
        var sums = empty(q.shape);
        Native.Check(Native.itc_sum_keys(q.Handle, k.Handle, held.Handle, own.Handle, mu, gamma, sums.Handle), nameof(ExponentialWeights));
        return sums;
#else
        return null;
#endif
    }

    /// <summary>
    /// Weighs a square of scores in both directions at once: w of every row's anchor and of every column's, added up.
    /// <code>W_ij = w_ij + w'_ij        w over row i, w' over column j, 0 where masked</code>
    /// </summary>
    /// <param name="scores">s, <c>[B, B]</c>.</param>
    /// <param name="mask"><c>[B, B]</c> bool, true where one is left out.</param>
    /// <param name="mu">μ, above 0.</param>
    /// <param name="gamma">γ.</param>
    /// <returns>Null where this torch cannot.</returns>
    public static unsafe SquareWeights? OfSquare(Tensor scores, Tensor mask, double mu, double gamma)
    {
#if TORCH_SYSTEM
        bool square = scores is { device_type: DeviceType.CPU, dtype: ScalarType.Float32, ndim: 2 }
            && scores.shape[0] > 0 && scores.shape[0] == scores.shape[1] && mask.shape.AsSpan().SequenceEqual(scores.shape);
        if (!square) return null;
        using Tensor s = scores.detach().contiguous(), m = mask.contiguous();
        var weights = empty(s.shape);
        var told = stackalloc double[2];
        Native.Check(Native.itc_weigh_square(s.Handle, m.Handle, mu, gamma, weights.Handle, told), nameof(ExponentialWeights));
        return new(weights, told[0], told[1]);
#else
        return null;
#endif
    }

    /// <summary>The weights in libtorch's own operations, of any type and on any device.</summary>
    internal static Tensor Plain(Tensor scores, double mu, double gamma)
    {
        var logits = (scores - gamma).mul_(mu);
        var withOne = cat([zeros(scores.shape[0], 1, dtype: logits.dtype, device: logits.device), logits], 1);
        return withOne.softmax(1).narrow(1, 1, scores.shape[1]);
    }
}

/// <summary>Weights of a square of scores, both directions added up.</summary>
/// <param name="Both">W, <c>[B, B]</c>, without gradient.</param>
/// <param name="Violations">P(max_j s_ij ≥ s_ii) over anchors with a negative, mean of the directions.</param>
/// <param name="Effective">Mean of (Σw)²/Σw² over anchors with any weight, likewise.</param>
public sealed record SquareWeights(Tensor Both, double Violations, double Effective);
