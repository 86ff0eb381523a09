using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Torch;

/// <summary>
/// Each feature of padded sets from large to small, the members of a set alone.
/// <code>v_b(1)d ≥ v_b(2)d ≥ … over the members of set b        0 past their number</code>
/// What is no number comes first and equal numbers lie in the order of torch's sort. The gradient returns to the places that the numbers came from.
/// </summary>
public static class SortedSets
{
    // Insertion takes time in proportion to N²; far beyond that, sorting column by column wins.
    private const long MostInserted = 64;

    /// <summary>Sorts.</summary>
    /// <param name="features"><c>[B, N, D]</c>.</param>
    /// <param name="members">bool <c>[B, N]</c>, true at the members of a set, anywhere.</param>
    /// <returns><c>[B, N, D]</c>, attached.</returns>
    public static Tensor Of(Tensor features, Tensor members)
    {
#if TORCH_SYSTEM
        if (Fits(features, members)) return Columns.apply(features, members);
#endif
        return Plain(features, members);
    }

    /// <summary>Sorts and sums: <c>Σ_k w_bk·v_b(k)d</c>, with gradients to features and weights.</summary>
    /// <param name="features"><c>[B, N, D]</c>.</param>
    /// <param name="members">bool <c>[B, N]</c>, as for <see cref="Of"/>.</param>
    /// <param name="weights">w, <c>[B, N]</c>; 0 past a set's number.</param>
    /// <returns><c>[B, D]</c>, attached.</returns>
    public static Tensor Pool(Tensor features, Tensor members, Tensor weights)
    {
#if TORCH_SYSTEM
        if (
            features.dtype == ScalarType.Float32
            && weights is { device_type: DeviceType.CPU, dtype: ScalarType.Float32 }
            && weights.shape.AsSpan().SequenceEqual(members.shape)
            && Fits(features, members))
            return Sums.apply(features, members, weights);
#endif
        using var scope = NewDisposeScope();
        return (Of(features, members) * weights.unsqueeze(2)).sum(1).MoveToOuterDisposeScope();
    }

    /// <summary>The same in libtorch's own operations, of any type and on any device.</summary>
    internal static Tensor Plain(Tensor features, Tensor members)
    {
        using var scope = NewDisposeScope();
        var past = arange(features.shape[1], dtype: ScalarType.Int64, device: members.device).unsqueeze(0) >= members.sum(1).unsqueeze(1);
        var (sorted, _) = features.masked_fill(members.logical_not().unsqueeze(2), double.NegativeInfinity).sort(1, descending: true);
        // What is no member sorts last, to the places past a set's size; a weight of 0 there would still make 0 · (−inf).
        return sorted.masked_fill(past.unsqueeze(2), 0.0).MoveToOuterDisposeScope();
    }

#if TORCH_SYSTEM
    private static bool Fits(Tensor features, Tensor members) =>
        features is { device_type: DeviceType.CPU, dtype: ScalarType.Float32 or ScalarType.BFloat16, ndim: 3 } && features.shape[1] is > 0 and <= MostInserted
        && members is { device_type: DeviceType.CPU, dtype: ScalarType.Bool } && members.shape.AsSpan().SequenceEqual(features.shape.AsSpan(0, 2));

    private sealed class Columns : autograd.SingleTensorFunction<Columns>
    {
        public override string Name => nameof(SortedSets);

        public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
        {
            using Tensor features = ((Tensor)vars[0]).contiguous(), members = ((Tensor)vars[1]).contiguous();
            Tensor sorted = empty(features.shape, dtype: features.dtype), rows = empty(features.shape, dtype: ScalarType.Int16);
            Native.Check(Native.itc_sort_sets(features.Handle, members.Handle, sorted.Handle, rows.Handle), nameof(SortedSets));
            ctx.save_for_backward([rows]);
            return sorted;
        }

        public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
        {
            using var scope = NewDisposeScope();
            Tensor gradient = grad_output.contiguous(), result = empty(gradient.shape, dtype: gradient.dtype);
            Native.Check(Native.itc_unsort_sets(gradient.Handle, ctx.get_saved_variables()[0].Handle, result.Handle), nameof(SortedSets));
            return [result.MoveToOuterDisposeScope(), null!];
        }
    }

    // Both at once: apart, each of the two reads and writes all sorted numbers, and so do their gradients.
    private sealed class Sums : autograd.SingleTensorFunction<Sums>
    {
        public override string Name => nameof(SortedSets);

        public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
        {
            using Tensor features = ((Tensor)vars[0]).contiguous(), members = ((Tensor)vars[1]).contiguous();
            Tensor weights = ((Tensor)vars[2]).contiguous(),
                sorted = empty(features.shape),
                rows = empty(features.shape, dtype: ScalarType.Int16),
                pooled = empty(features.shape[0], features.shape[2]);
            Native.Check(Native.itc_pool_sets(features.Handle, members.Handle, weights.Handle, sorted.Handle, rows.Handle, pooled.Handle), nameof(SortedSets));
            ctx.save_for_backward([weights, sorted, rows]);
            return pooled;
        }

        public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
        {
            using var scope = NewDisposeScope();
            var saved = ctx.get_saved_variables();
            Tensor gradient = grad_output.contiguous(), ofFeatures = empty(saved[1].shape), ofWeights = empty(saved[0].shape);
            Native.Check(
                Native.itc_unpool_sets(gradient.Handle, saved[0].Handle, saved[1].Handle, saved[2].Handle, ofFeatures.Handle, ofWeights.Handle),
                nameof(SortedSets));
            return [ofFeatures.MoveToOuterDisposeScope(), null!, ofWeights.MoveToOuterDisposeScope()];
        }
    }
#endif
}
