using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Torch;

/// <summary>
/// The keys that score above a floor with an anchor, and sums over them: a rough product finds them, and only they are scored exactly.
/// <code>N_i = { j : q_i·k_j &gt; floor, id_j ≠ id_i, slot j filled }</code>
/// </summary>
public static class NearKeys
{
    /// <summary>Finds them; no gradient follows.</summary>
    /// <param name="rough"><c>q·k</c> with any rounding that the floor leaves room for, <c>[B, K]</c>, float32 or bfloat16.</param>
    /// <param name="anchors">q, <c>[B, D]</c> float32.</param>
    /// <param name="keys">k, <c>[K, D]</c> float32.</param>
    /// <param name="keyIds">Ids of the keys, <c>[K]</c> int64; below 0 where a slot is unfilled.</param>
    /// <param name="ids">Ids of the anchors, <c>[B]</c> int64; keys with an anchor's own id are left out.</param>
    /// <param name="floor">What a rough score must lie above.</param>
    /// <param name="most">The most keys of all anchors together that are worth it.</param>
    /// <returns>Exact scores <c>[B, C]</c>, <c>-inf</c> past an anchor's number, and their keys <c>[B, C]</c> int64; null where more are near, or this torch
    /// cannot look for them.</returns>
    public static (Tensor Scores, Tensor Columns)? Of(Tensor rough, Tensor anchors, Tensor keys, Tensor keyIds, Tensor ids, double floor, long most)
    {
#if TORCH_SYSTEM
        bool fits =
            rough is { device_type: DeviceType.CPU, dtype: ScalarType.Float32 or ScalarType.BFloat16 }
            && anchors.dtype == ScalarType.Float32
            && keys.dtype == ScalarType.Float32;
        return fits ? Find(rough, anchors, keys, keyIds, ids, floor, most) : null;
#else
        return null;
#endif
    }

    /// <summary>Weighted sums of keys.</summary>
    /// <param name="weights"><c>[B, C]</c> float32.</param>
    /// <param name="columns"><c>[B, C]</c>, as <see cref="Of"/> gives them.</param>
    /// <param name="keys"><c>[K, D]</c>.</param>
    /// <returns><c>Σ_c w_ic·k_c</c>, <c>[B, D]</c>.</returns>
    public static Tensor Sum(Tensor weights, Tensor columns, Tensor keys)
    {
#if TORCH_SYSTEM
        Tensor sums = empty([columns.shape[0], keys.shape[1]], dtype: keys.dtype);
        Native.Check(Native.itc_sum_keys(weights.Handle, columns.Handle, keys.Handle, sums.Handle), nameof(NearKeys));
        return sums;
#else
        using var scope = NewDisposeScope();
        var picked = keys.index_select(0, columns.flatten()).view(columns.shape[0], columns.shape[1], keys.shape[1]);
        return (picked * weights.unsqueeze(2)).sum(1).MoveToOuterDisposeScope();
#endif
    }

#if TORCH_SYSTEM
    private static unsafe (Tensor Scores, Tensor Columns)? Find(Tensor rough, Tensor anchors, Tensor keys, Tensor keyIds, Tensor ids, double floor, long most)
    {
        using Tensor r = rough.contiguous(), a = anchors.detach().contiguous(), k = keys.contiguous(), held = keyIds.contiguous(), own = ids.contiguous();
        IntPtr scores = 0, columns = 0;
        var count = Native.itc_near_keys(r.Handle, a.Handle, k.Handle, held.Handle, own.Handle, floor, most, &scores, &columns);
        Native.Check((int)Math.Min(count, 1), nameof(NearKeys));
        return count == 0 ? null : (new(scores), new(columns));
    }
#endif
}
