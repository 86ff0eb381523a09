using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Torch;

/// <summary>The largest numbers of every row that a mask leaves in, from large to small.</summary>
public static class Largest
{
    // Counting how many each candidate exceeds takes time in proportion to K²; far beyond that, sorting wins.
    private const long MostCounted = 64;

    /// <summary>Selects; no gradient follows.</summary>
    /// <param name="scores"><c>[B, N]</c>.</param>
    /// <param name="excluded"><c>[B, N]</c> bool, true where a number is left out.</param>
    /// <param name="count">K, at most N.</param>
    /// <returns>
    /// Values <c>[B, K]</c>, <c>-inf</c> where fewer than K are left, and their columns <c>[B, K]</c> int64, meaningless there. Equal numbers come in the order
    /// of
    /// <c>topk</c> on the device at hand.
    /// </returns>
    public static (Tensor Values, Tensor Indices) Of(Tensor scores, Tensor excluded, long count)
    {
        using var _ = no_grad();
        using var scope = NewDisposeScope();
        var plain = scores.detach();
#if TORCH_SYSTEM
        if (
            count is > 0 and <= MostCounted
            && plain is { device_type: DeviceType.CPU, dtype: ScalarType.Float32, ndim: 2 }
            && excluded.shape.AsSpan().SequenceEqual(plain.shape))
        {
            var size = new[] { plain.shape[0], count };
            Tensor values = empty(size, dtype: ScalarType.Float32), indices = empty(size, dtype: ScalarType.Int64);
            var found = Native.itc_largest(plain.Handle, excluded.Handle, values.Handle, indices.Handle);
            Native.Check(found, nameof(Largest));
            if (found > 0) return (values.MoveToOuterDisposeScope(), indices.MoveToOuterDisposeScope());
        }
#endif
        var (sorted, columns) = plain.masked_fill(excluded, double.NegativeInfinity).topk((int)count, 1);
        return (sorted.MoveToOuterDisposeScope(), columns.MoveToOuterDisposeScope());
    }
}
