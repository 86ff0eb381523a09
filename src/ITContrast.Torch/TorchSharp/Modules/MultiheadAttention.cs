using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>
/// Attention of several heads side by side, inputs <c>[L, N, E]</c>, <c>[S, N, kdim]</c>, <c>[S, N, vdim]</c>.
/// <code>
///   head_h = softmax(QW_hᵠ (KW_hᵏ)ᵀ/√d) V W_hᵛ      out = concat(head_1 … head_H) Wᵒ + b
/// </code>
/// Dropout of the weights draws from the global generator; <c>ITContrast.Torch.StreamedAttention</c> draws from a named stream.
/// Vaswani et al., NeurIPS 2017, section 3.2.2. Parameters carry PyTorch's names.
/// </summary>
public class MultiheadAttention : nn.Module<Tensor, Tensor, Tensor, Tensor?, bool, Tensor?, Tuple<Tensor, Tensor>>
{
    private readonly long heads;
    private readonly long width;
    private readonly double dropout;
    private readonly bool zeroAttention;
    private readonly Parameter? packed;
    private readonly Parameter? queryWeight;
    private readonly Parameter? keyWeight;
    private readonly Parameter? valueWeight;
    private readonly Parameter? inputBias;
    private readonly Parameter? keyBias;
    private readonly Parameter? valueBias;
    private readonly Linear output;

    internal MultiheadAttention(long embedded_dim, long num_heads, double dropout, bool bias, bool add_bias_kv, bool add_zero_attn, long? kdim, long? vdim)
        : base(nameof(MultiheadAttention))
    {
        LayerChecks.Positive(nameof(MultiheadAttention), ("embedded_dim", embedded_dim), ("num_heads", num_heads));
        LayerChecks.Probability(nameof(MultiheadAttention), dropout);
        if (embedded_dim % num_heads != 0)
            throw new ArgumentException($"{embedded_dim} features do not divide into {num_heads} heads.", nameof(num_heads));
        (heads, width, this.dropout, zeroAttention) = (num_heads, embedded_dim, dropout, add_zero_attn);
        if ((kdim ?? width) == width && (vdim ?? width) == width)
        {
            packed = Weight("in_proj_weight", 3 * width, width);
        }
        else
        {
            queryWeight = Weight("q_proj_weight", width, width);
            keyWeight = Weight("k_proj_weight", width, kdim ?? width);
            valueWeight = Weight("v_proj_weight", width, vdim ?? width);
        }
        if (bias)
        {
            inputBias = new Parameter(zeros(3 * width));
            register_parameter("in_proj_bias", inputBias);
        }
        output = nn.Linear(width, width, bias);
        if (bias) nn.init.zeros_(output.bias!);
        register_module("out_proj", output);
        if (!add_bias_kv) return;
        keyBias = Row("bias_k");
        valueBias = Row("bias_v");
    }

    /// <summary>Result <c>[L, N, E]</c>, and the weights averaged over heads <c>[N, L, S]</c> (null unless wanted).</summary>
    /// <param name="query"><c>[L, N, E]</c>.</param>
    /// <param name="key"><c>[S, N, kdim]</c>.</param>
    /// <param name="value"><c>[S, N, vdim]</c>.</param>
    /// <param name="key_padding_mask"><c>[N, S]</c>: true (or −∞ to add) where a key is padding.</param>
    /// <param name="need_weights">Whether the weights are returned.</param>
    /// <param name="attn_mask"><c>[L, S]</c> or <c>[N·heads, L, S]</c>: true where attention is barred, or numbers to add.</param>
    public new Tuple<Tensor, Tensor> call(
        Tensor query, Tensor key, Tensor value, Tensor? key_padding_mask = null, bool need_weights = true, Tensor? attn_mask = null) =>
        base.call(query, key, value, key_padding_mask, need_weights, attn_mask);

    public override Tuple<Tensor, Tensor> forward(Tensor query, Tensor key, Tensor value, Tensor? key_padding_mask, bool need_weights, Tensor? attn_mask)
    {
        if (query.ndim != 3 || key.ndim != 3 || value.ndim != 3 || query.shape[2] != width || query.shape[1] != key.shape[1] || key.shape[0] != value.shape[0])
            throw new ArgumentException(
                $"MultiheadAttention expects query [L, N, {width}] and key, value [S, N, …], but they are [{string.Join(", ", query.shape)}], "
                + $"[{string.Join(", ", key.shape)}] and [{string.Join(", ", value.shape)}].");
        using var scope = NewDisposeScope();
        var (length, batch) = (query.shape[0], query.shape[1]);
        var (q, k, v) = Projected(query, key, value);
        if (keyBias is not null)
        {
            k = cat([k, keyBias.expand(1, batch, width)], 0);
            v = cat([v, valueBias!.expand(1, batch, width)], 0);
        }
        (q, k, v) = (SplitHeads(q), SplitHeads(k), SplitHeads(v));
        if (zeroAttention)
        {
            var zero = zeros([batch * heads, 1, width / heads], k.dtype, k.device);
            (k, v) = (cat([k, zero], 1), cat([v, zero], 1));
        }
        var source = k.shape[1];
        var mask = AttentionMasks.Merge(attn_mask, key_padding_mask, heads, key.shape[0], source - key.shape[0], q);
        var scaled = q / Math.Sqrt(width / heads);
        var scores = mask is null ? scaled.bmm(k.transpose(-2, -1)) : mask.baddbmm(scaled, k.transpose(-2, -1));
        var weights = scores.softmax(-1);
        if (dropout > 0) weights = nn.functional.dropout(weights, dropout, training);
        var joined = weights.bmm(v).transpose(0, 1).contiguous().view(length, batch, width);
        var result = output.call(joined).MoveToOuterDisposeScope();
        var average = need_weights ? weights.view(batch, heads, length, source).mean([1]).MoveToOuterDisposeScope() : null;
        return Tuple.Create(result, average!);
    }

    private (Tensor Query, Tensor Key, Tensor Value) Projected(Tensor query, Tensor key, Tensor value)
    {
        var biases = inputBias?.chunk(3);
        var weights = packed?.chunk(3) ?? [queryWeight!, keyWeight!, valueWeight!];
        return (NnOps.linear(query, weights[0], biases?[0]), NnOps.linear(key, weights[1], biases?[1]), NnOps.linear(value, weights[2], biases?[2]));
    }

    private Tensor SplitHeads(Tensor x) => x.contiguous().view(x.shape[0], x.shape[1] * heads, width / heads).transpose(0, 1);

    private Parameter Weight(string name, long rows, long columns)
    {
        var parameter = new Parameter(empty(rows, columns));
        nn.init.xavier_uniform_(parameter);
        register_parameter(name, parameter);
        return parameter;
    }

    private Parameter Row(string name)
    {
        var parameter = new Parameter(empty(1, 1, width));
        nn.init.xavier_normal_(parameter);
        register_parameter(name, parameter);
        return parameter;
    }
}
