using ITContrast.Torch;
using static TorchSharp.torch;

namespace TorchSharp;

/// <summary>Scaled dot-product attention: libtorch's own kernel from 2.0 on.</summary>
internal static partial class NnOps
{
    /// <summary>Whether this libtorch has the operator.</summary>
    public static bool HasAttention => OptionalOperators.ScaledDotProductAttention.Exists;

    public static Tensor attention(Tensor query, Tensor key, Tensor value, Tensor? attn_mask, double dropout_p, bool is_causal) =>
        OptionalOperators.ScaledDotProductAttention.Call(query, key, value, attn_mask, dropout_p, is_causal);
}
