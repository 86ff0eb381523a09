using ITContrast.Torch;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ITContrast.Encoders.Oscar;

/// <summary>
/// One BERT layer.
/// <code>
///   c = softmax( QKᵀ/√d + bias )·V       x ← LN( x + drop(c·W_o) )       x ← LN( x + drop( gelu(x·W_i)·W_d ) )
/// </code>
/// bias is 0 at real positions and −10,000 at padding, as published. Attention runs on libtorch's fused kernel where it has one
/// (<see cref="TorchCapabilities.FusedAttention"/>) and no weight is dropped: its own dropout would draw from the global generator.
/// </summary>
public sealed class OscarLayer : nn.Module
{
    private readonly Linear query, key, value, attentionOutput, intermediate, output;
    private readonly LayerNorm attentionNorm, outputNorm;
    private readonly StreamedDropout attentionDropout, hiddenDropout;
    private readonly int heads;

    /// <summary>Creates a layer.</summary>
    public OscarLayer(OscarConfig config) : base(nameof(OscarLayer))
    {
        heads = config.Heads;
        (query, key, value, attentionOutput) = (Square(config), Square(config), Square(config), Square(config));
        (intermediate, output) = (nn.Linear(config.Hidden, config.Intermediate), nn.Linear(config.Intermediate, config.Hidden));
        (attentionNorm, outputNorm) = (nn.LayerNorm(config.Hidden, config.NormEpsilon), nn.LayerNorm(config.Hidden, config.NormEpsilon));
        (attentionDropout, hiddenDropout) = (new StreamedDropout(config.AttentionDropout), new StreamedDropout(config.Dropout));
        RegisterComponents();
    }

    private static Linear Square(OscarConfig config) => nn.Linear(config.Hidden, config.Hidden);

    /// <summary>Layer output, <c>[B, L, H]</c>.</summary>
    /// <param name="x">Input, <c>[B, L, H]</c>.</param>
    /// <param name="bias">Additive mask, <c>[B, 1, 1, L]</c> (or <c>[B, 1, L, L]</c>).</param>
    public Tensor Forward(Tensor x, Tensor bias)
    {
        using var scope = NewDisposeScope();
        var attended = attentionNorm.call(x + hiddenDropout.call(attentionOutput.call(Attend(x, bias))));
        var wide = nn.functional.gelu(intermediate.call(attended));
        return outputNorm.call(attended + hiddenDropout.call(output.call(wide))).MoveToOuterDisposeScope();
    }

    private Tensor Attend(Tensor x, Tensor bias)
    {
        var (b, n, h) = (x.shape[0], x.shape[1], x.shape[2]);
        Tensor Split(Tensor t) => t.view(b, n, heads, h / heads).transpose(1, 2);
        var (q, k, v) = (Split(query.call(x)), Split(key.call(x)), Split(value.call(x)));
        // Under autocast the products are narrow; the mask has to be of their type.
        var mask = bias.to(q.dtype);
        var mixed = training && attentionDropout.P > 0
            ? attentionDropout.call((q / Math.Sqrt(h / heads)).matmul(k.transpose(2, 3)).add_(mask).softmax(3)).to(v.dtype).matmul(v)
            : nn.functional.scaled_dot_product_attention(q, k, v, mask);
        return mixed.transpose(1, 2).reshape(b, n, h);
    }

    /// <summary>The layer's tensors under the checkpoint's names, relative to <c>encoder.layer.N</c>.</summary>
    internal IEnumerable<(string Name, Tensor Tensor)> PublishedNames() =>
    [
        .. OscarNames.Of("attention.self.query", query), .. OscarNames.Of("attention.self.key", key), .. OscarNames.Of("attention.self.value", value),
        .. OscarNames.Of("attention.output.dense", attentionOutput), .. OscarNames.Of("attention.output.LayerNorm", attentionNorm),
        .. OscarNames.Of("intermediate.dense", intermediate), .. OscarNames.Of("output.dense", output), .. OscarNames.Of("output.LayerNorm", outputNorm),
    ];
}
