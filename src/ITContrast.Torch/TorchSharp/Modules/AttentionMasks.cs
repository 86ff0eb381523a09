using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>An attention mask and a padding mask as one tensor to add to the scores <c>[N·heads, L, S]</c>.</summary>
internal static class AttentionMasks
{
    /// <param name="attention"><c>[L, S]</c> or <c>[N·heads, L, S]</c>, bool (true bars) or additive; may be null.</param>
    /// <param name="padding"><c>[N, S]</c>, bool (true bars) or additive; may be null.</param>
    /// <param name="heads">Heads a batch entry.</param>
    /// <param name="keys">S as the masks have it.</param>
    /// <param name="extra">Keys that the layer appended; they are never barred.</param>
    /// <param name="query"><c>[N·heads, L, d]</c>; gives dtype and device.</param>
    /// <exception cref="ArgumentException">A mask has another shape.</exception>
    public static Tensor? Merge(Tensor? attention, Tensor? padding, long heads, long keys, long extra, Tensor query)
    {
        var (rows, length) = (query.shape[0], query.shape[1]);
        Tensor? merged = null;
        if (attention is not null)
        {
            var fits = attention.ndim == 2 ? attention.shape[0] == length && attention.shape[1] == keys
                : attention.ndim == 3 && attention.shape[0] == rows && attention.shape[1] == length && attention.shape[2] == keys;
            if (!fits)
                throw new ArgumentException(
                    $"An attention mask is [{length}, {keys}] or [{rows}, {length}, {keys}] here, but it is [{string.Join(", ", attention.shape)}].",
                    nameof(attention));
            merged = Additive(attention, query);
            if (merged.ndim == 2) merged = merged.unsqueeze(0);
        }
        if (padding is not null)
        {
            if (padding.ndim != 2 || padding.shape[0] * heads != rows || padding.shape[1] != keys)
                throw new ArgumentException(
                    $"A padding mask is [{rows / heads}, {keys}] here, but it is [{string.Join(", ", padding.shape)}].", nameof(padding));
            var perHead = Additive(padding, query).view(rows / heads, 1, 1, keys).expand(rows / heads, heads, 1, keys).reshape(rows, 1, keys);
            merged = merged is null ? perHead : merged + perHead;
        }
        if (merged is null || extra == 0) return merged;
        return nn.functional.pad(merged, [0, extra]);
    }

    private static Tensor Additive(Tensor mask, Tensor query) =>
        mask.dtype == ScalarType.Bool
            ? zeros(mask.shape, query.dtype, query.device).masked_fill(mask, double.NegativeInfinity)
            : mask.to(query.dtype);
}
