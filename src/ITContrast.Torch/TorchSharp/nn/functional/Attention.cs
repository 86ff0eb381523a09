namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class functional
        {
            /// <summary>
            /// softmax(QKᵀ/√d + mask)·V. libtorch's own kernel from 2.0 on; before, the same mathematics by three operators, so that weights
            /// <c>[…, L, S]</c> are stored.
            /// </summary>
            /// <param name="query"><c>[…, L, d]</c>.</param>
            /// <param name="key"><c>[…, S, d]</c>.</param>
            /// <param name="value"><c>[…, S, e]</c>.</param>
            /// <param name="attn_mask">bool (true takes part) or numbers to add, broadcast to <c>[…, L, S]</c>; a row with nothing to attend to is NaN before
            /// libtorch 2.5.</param>
            /// <param name="p">Dropout of the weights, from the global generator; there is no training flag, so pass 0 in evaluation.</param>
            /// <param name="is_casual">Whether position i sees only j ≤ i (TorchSharp's spelling of causal); excludes a mask.</param>
            public static Tensor scaled_dot_product_attention(
                Tensor query, Tensor key, Tensor value, Tensor? attn_mask = null, double p = 0.0, bool is_casual = false)
            {
                if (is_casual && attn_mask is not null)
                    throw new ArgumentException("A causal mask and a mask of one's own exclude each other.", nameof(attn_mask));
                if (query.ndim < 2 || key.ndim < 2 || value.ndim < 2 || query.shape[^1] != key.shape[^1] || key.shape[^2] != value.shape[^2])
                    throw new ArgumentException(
                        $"Attention expects query […, L, d], key […, S, d] and value […, S, e], but they are [{string.Join(", ", query.shape)}], "
                        + $"[{string.Join(", ", key.shape)}] and [{string.Join(", ", value.shape)}].");
                if (NnOps.HasAttention) return NnOps.attention(query, key, value, attn_mask, p, is_casual);
                using var scope = NewDisposeScope();
                var scores = (query * (1 / Math.Sqrt(query.shape[^1]))).matmul(key.transpose(-2, -1));
                var mask = is_casual ? ones([query.shape[^2], key.shape[^2]], ScalarType.Bool, query.device).tril() : attn_mask;
                if (mask is not null)
                    scores = mask.dtype == ScalarType.Bool ? scores.masked_fill(mask.logical_not(), double.NegativeInfinity) : scores + mask;
                var weights = scores.softmax(-1);
                return (p > 0 ? dropout(weights, p) : weights).matmul(value).MoveToOuterDisposeScope();
            }
        }
    }
}
