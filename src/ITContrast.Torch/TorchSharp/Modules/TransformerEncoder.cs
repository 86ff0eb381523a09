using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>A stack of encoder layers that start as copies of one; input <c>[S, N, E]</c>.</summary>
public sealed class TransformerEncoder : nn.Module<Tensor, Tensor?, Tensor?, Tensor>
{
    private readonly ModuleList<TransformerEncoderLayer> layers;

    internal TransformerEncoder(TransformerEncoderLayer encoder_layer, long num_layers) : base(nameof(TransformerEncoder))
    {
        LayerChecks.Positive(nameof(TransformerEncoder), ("num_layers", num_layers));
        layers = [];
        for (long i = 0; i < num_layers; i++)
        {
            var copy = encoder_layer.Make();
            var source = encoder_layer.state_dict();
            copy.load_state_dict(source);
            var place = encoder_layer.parameters().First();
            copy._to(place.device, place.dtype, false);
            layers.append(copy);
        }
        register_module("layers", layers);
    }

    /// <param name="src"><c>[S, N, E]</c>.</param>
    /// <param name="src_mask"><c>[S, S]</c>, true or −∞ where attention is barred.</param>
    /// <param name="src_key_padding_mask"><c>[N, S]</c>, true where a key is padding.</param>
    public new Tensor call(Tensor src, Tensor? src_mask = null, Tensor? src_key_padding_mask = null) =>
        base.call(src, src_mask, src_key_padding_mask);

    public override Tensor forward(Tensor src, Tensor? src_mask, Tensor? src_key_padding_mask)
    {
        using var scope = NewDisposeScope();
        var x = src;
        foreach (var layer in layers) x = layer.call(x, src_mask, src_key_padding_mask);
        return x.MoveToOuterDisposeScope();
    }
}
