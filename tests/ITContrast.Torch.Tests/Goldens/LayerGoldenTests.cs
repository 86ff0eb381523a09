using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ITContrast.Torch.Tests.Goldens;

/// <summary>Every layer against PyTorch on the same libtorch: values, and gradients of parameters and inputs.</summary>
public sealed partial class LayerGoldenTests
{
    private static readonly Dictionary<string, Func<nn.Module<Tensor, Tensor>>> Layers = new()
    {
        ["linear"] = () => nn.Linear(5, 3),
        ["linear_plain"] = () => nn.Linear(5, 3, hasBias: false),
        ["embedding"] = () => nn.Embedding(7, 3, padding_idx: 2),
        ["layer_norm"] = () => nn.LayerNorm(6),
        ["layer_norm_2d"] = () => nn.LayerNorm([4, 6], eps: 1e-3),
        ["group_norm"] = () => nn.GroupNorm(2, 6),
        ["batch_norm_1d"] = () => nn.BatchNorm1d(4),
        ["batch_norm_2d"] = () => nn.BatchNorm2d(3),
        ["batch_norm_eval"] = () => Evaluating(nn.BatchNorm1d(4)),
        ["conv_1d"] = () => nn.Conv1d(4, 6, 3, stride: 2, padding: 1, dilation: 2, groups: 2),
        ["conv_2d"] = () => nn.Conv2d(3, 4, (3, 2), stride: (2, 1), padding: (1, 0)),
        ["conv_2d_reflect"] = () => nn.Conv2d(3, 4, 3, padding: 2, padding_mode: PaddingModes.Reflect),
        ["conv_2d_circular"] = () => nn.Conv2d(3, 4, 3, padding: 1, padding_mode: PaddingModes.Circular),
        ["conv_2d_replicate"] = () => nn.Conv2d(3, 4, (3, 3), padding: (2, 1), padding_mode: PaddingModes.Replicate),
        ["max_pool_1d"] = () => nn.MaxPool1d(3, stride: 2, padding: 1),
        ["max_pool_2d"] = () => nn.MaxPool2d(2),
        ["avg_pool_1d"] = () => nn.AvgPool1d(3, stride: 2, padding: 1),
        ["avg_pool_2d"] = () => nn.AvgPool2d(3, stride: 2),
        ["adaptive_avg_pool_1d"] = () => nn.AdaptiveAvgPool1d(4),
        ["adaptive_avg_pool_2d"] = () => nn.AdaptiveAvgPool2d((2, 3)),
    };

    static LayerGoldenTests() => AddOwn(Layers);

    public static TheoryData<string> Names => [.. Layers.Keys];

    [Theory, MemberData(nameof(Names))]
    public void A_layer_computes_what_PyTorch_does(string name) => Live.Balanced(() =>
    {
        using var layer = Layers[name]();
        new Golden(name).Check(layer, x => [layer.call(x[0])]);
    });

    [Theory, InlineData("gru"), InlineData("gru_stacked"), InlineData("gru_state"), InlineData("gru_packed")]
    public void A_gated_unit_computes_what_PyTorch_does(string name) => Live.Balanced(() =>
    {
        using var layer = name switch
        {
            "gru" => nn.GRU(4, 5),
            "gru_stacked" => nn.GRU(4, 5, 2, batchFirst: true, bidirectional: true),
            "gru_state" => nn.GRU(4, 5, bias: false),
            _ => nn.GRU(4, 5, 2, bidirectional: true),
        };
        new Golden(name).Check(layer, x =>
        {
            if (name == "gru_packed")
            {
                using var packed = nn.utils.rnn.pack_padded_sequence(x[0], x[1], batch_first: true, enforce_sorted: false);
                var (sequence, end) = layer.call(packed);
                using (sequence) return [nn.utils.rnn.pad_packed_sequence(sequence, batch_first: true).Item1, end];
            }
            var (output, last) = name == "gru_state" ? layer.call(x[0], x[1]) : layer.call(x[0]);
            return [output, last];
        });
    });

    [Theory, InlineData("lstm"), InlineData("lstm_stacked"), InlineData("lstm_packed")]
    public void A_long_short_term_memory_computes_what_PyTorch_does(string name) => Live.Balanced(() =>
    {
        using var layer = name switch
        {
            "lstm" => nn.LSTM(4, 5),
            "lstm_stacked" => nn.LSTM(4, 5, 2, batchFirst: true, bidirectional: true),
            _ => nn.LSTM(4, 5, bidirectional: true),
        };
        new Golden(name).Check(layer, x =>
        {
            if (name == "lstm_packed")
            {
                using var packed = nn.utils.rnn.pack_padded_sequence(x[0], x[1], batch_first: true, enforce_sorted: false);
                var (sequence, h, c) = layer.call(packed);
                using (sequence) return [nn.utils.rnn.pad_packed_sequence(sequence, batch_first: true).Item1, h, c];
            }
            var (output, last, cell) = layer.call(x[0]);
            return [output, last, cell];
        });
    });

    [Theory, InlineData("attention"), InlineData("attention_masked"), InlineData("encoder_layer"), InlineData("encoder")]
    public void Attention_computes_what_PyTorch_does(string name) => Live.Balanced(() =>
    {
        // Numbers, which are added: libtorch's C++ layers, which TorchSharp calls, would add a mask of truth values as ones.
        var causal = zeros(5, 5).masked_fill(ones(5, 5, dtype: ScalarType.Bool).triu(1), double.NegativeInfinity);
        using nn.Module layer = name switch
        {
            "encoder_layer" => nn.TransformerEncoderLayer(6, 2, 9, 0),
            "encoder" => Encoder(),
            _ => nn.MultiheadAttention(6, 2),
        };
        new Golden(name).Check(layer, x => (name, layer) switch
        {
            ("attention", MultiheadAttention m) => Both(m.call(x[0], x[1], x[2])),
            ("attention_masked", MultiheadAttention m) => Both(m.call(x[0], x[0], x[0], Padding(), attn_mask: causal)),
            (_, TransformerEncoderLayer e) => [e.call(x[0], null!, Padding())],
            (_, TransformerEncoder e) => [e.call(x[0], causal)],
            _ => throw new InvalidOperationException(name),
            // PyTorch 2 adds up in its fused kernel, in another order.
        }, TorchCapabilities.Current.FusedAttention ? 5e-6 : 1e-6);
    });

    static partial void AddOwn(Dictionary<string, Func<nn.Module<Tensor, Tensor>>> layers);

    private static Tensor Padding() => tensor(new[] { false, false, false, true, true, false, false, false, false, false }).view(2, 5);

    private static Tensor[] Both(Tuple<Tensor, Tensor> result) => [result.Item1, result.Item2];

    private static TransformerEncoder Encoder()
    {
        using var one = nn.TransformerEncoderLayer(6, 2, 9, 0, nn.Activations.GELU);
        return nn.TransformerEncoder(one, 2);
    }

    private static BatchNorm1d Evaluating(BatchNorm1d layer)
    {
        layer.eval();
        return layer;
    }
}
