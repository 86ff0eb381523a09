using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>
/// Self-attention and a two-layer perceptron, each with dropout, a residual and layer normalisation after it; input <c>[S, N, E]</c>.
/// Dropout draws from the global generator; <c>ITContrast.Torch.StreamedTransformerLayer</c> draws from named streams.
/// Vaswani et al., NeurIPS 2017, section 3.1. Parameters carry PyTorch's names.
/// </summary>
public sealed class TransformerEncoderLayer : nn.Module<Tensor, Tensor?, Tensor?, Tensor>
{
    private readonly MultiheadAttention attention;
    private readonly Linear first;
    private readonly Linear second;
    private readonly LayerNorm norm1;
    private readonly LayerNorm norm2;
    private readonly double dropout;
    private readonly nn.Activations activation;

    internal TransformerEncoderLayer(long d_model, long nhead, long dim_feedforward, double dropout, nn.Activations activation)
        : base(nameof(TransformerEncoderLayer))
    {
        this.dropout = dropout;
        this.activation = activation;
        Make = () => new TransformerEncoderLayer(d_model, nhead, dim_feedforward, dropout, activation);
        attention = nn.MultiheadAttention(d_model, nhead, dropout);
        first = nn.Linear(d_model, dim_feedforward);
        second = nn.Linear(dim_feedforward, d_model);
        norm1 = nn.LayerNorm(d_model);
        norm2 = nn.LayerNorm(d_model);
        register_module("self_attn", attention);
        register_module("linear1", first);
        register_module("linear2", second);
        register_module("norm1", norm1);
        register_module("norm2", norm2);
    }

    /// <summary>Another layer of the same sizes; an encoder stacks copies.</summary>
    internal Func<TransformerEncoderLayer> Make { get; }

    public new Tensor call(Tensor src, Tensor? src_mask = null, Tensor? src_key_padding_mask = null) =>
        base.call(src, src_mask, src_key_padding_mask);

    public override Tensor forward(Tensor src, Tensor? src_mask, Tensor? src_key_padding_mask)
    {
        using var scope = NewDisposeScope();
        var attended = attention.call(src, src, src, src_key_padding_mask, false, src_mask).Item1;
        var x = norm1.call(src + Drop(attended));
        var hidden = first.call(x);
        hidden = activation == nn.Activations.GELU ? nn.functional.gelu(hidden) : nn.functional.relu(hidden);
        return norm2.call(x + Drop(second.call(Drop(hidden)))).MoveToOuterDisposeScope();
    }

    private Tensor Drop(Tensor x) => nn.functional.dropout(x, dropout, training);
}
