using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Torch;

/// <summary>
/// Padded sequences without their padding: the rows of <c>[B, L, I]</c> time step by time step, in each step the longest sequences first, so that a step's
/// batch is a beginning of the step before.
/// </summary>
internal sealed class PackedSteps : IDisposable
{
    private readonly long batch, length;
    private readonly Tensor rows, firsts, lasts;

    /// <param name="padded">The sequences <c>[B, L, I]</c>, B at least 1.</param>
    /// <param name="lengths">int64 <c>[B]</c>, 1 ≤ length ≤ L.</param>
    /// <exception cref="ArgumentException">There are not B lengths, or one is out of range.</exception>
    public PackedSteps(Tensor padded, Tensor lengths)
    {
        using Tensor onHost = lengths.to(CPU).to(ScalarType.Int64);
        long[] values = onHost.data<long>().ToArray();
        (batch, length) = (padded.shape[0], padded.shape[1]);
        if (batch == 0 || values.Length != batch)
            throw new ArgumentException($"Expected a length for each of {batch} sequences (at least 1), found {values.Length}.", nameof(lengths));
        for (int i = 0; i < values.Length; i++)
            if (values[i] < 1 || values[i] > length)
                throw new ArgumentException($"Sequence {i} has length {values[i]}; expected 1 to {length}, the padded length.", nameof(lengths));
        // LINQ's ordering is stable, so equal lengths keep the order of the batch.
        int[] order = [.. Enumerable.Range(0, values.Length).OrderByDescending(i => values[i])];
        Sizes = [.. Enumerable.Range(0, (int)values[order[0]]).Select(t => (long)order.TakeWhile(i => values[i] > t).Count())];
        List<long> places = [];
        long[] first = new long[batch], last = new long[batch];
        for (int t = 0; t < Sizes.Length; t++)
            for (int k = 0; k < Sizes[t]; k++)
            {
                if (t == 0) first[order[k]] = places.Count;
                if (t == values[order[k]] - 1) last[order[k]] = places.Count;
                places.Add(order[k] * length + t);
            }
        (rows, firsts, lasts) = (Indices([.. places]), Indices(first), Indices(last));
        Tensor Indices(long[] of) => tensor(of, device: padded.device).DetachFromDisposeScope();
    }

    /// <summary>How many sequences reach each step; falls.</summary>
    public long[] Sizes { get; }

    /// <summary>Drops the padding: <c>[B, L, I]</c> to <c>[ΣB_t, I]</c>.</summary>
    public Tensor Pack(Tensor padded) => padded.reshape(batch * length, -1).index_select(0, rows);

    /// <summary>Puts it back as zeros: <c>[ΣB_t, O]</c> to <c>[B, L, O]</c>.</summary>
    public Tensor Pad(Tensor packed) =>
        zeros([batch * length, packed.shape[1]], packed.dtype, packed.device).index_copy(0, rows, packed).view(batch, length, packed.shape[1]);

    /// <summary>Every sequence's first step, <c>[B, O]</c>, in the batch's order.</summary>
    public Tensor First(Tensor packed) => packed.index_select(0, firsts);

    /// <summary>Every sequence's last step, <c>[B, O]</c>, in the batch's order.</summary>
    public Tensor Last(Tensor packed) => packed.index_select(0, lasts);

    /// <summary>Frees the indices.</summary>
    public void Dispose()
    {
        foreach (Tensor indices in new[] { rows, firsts, lasts }) indices.Dispose();
    }
}
