using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Torch.Tests.Goldens;

public sealed partial class LayerGoldenTests
{
    // A momentum of null, the mean over all batches, is PyTorch's; TorchSharp has no such argument.
    static partial void AddOwn(Dictionary<string, Func<nn.Module<Tensor, Tensor>>> layers) =>
        layers["batch_norm_1d_sequence"] = () => nn.BatchNorm1d(4, momentum: null);

    // libtorch's C++ layer, which TorchSharp calls, refuses keys and values of two widths and takes no mask of truth values.
    [Theory, InlineData("attention_wide"), InlineData("attention_masked")]
    public void Attention_takes_PyTorchs_masks_and_widths(string name) => Live.Balanced(() =>
    {
        var causal = ones(5, 5, dtype: ScalarType.Bool).triu(1);
        using var layer =
            name == "attention_wide" ? nn.MultiheadAttention(6, 3, kdim: 4, vdim: 7, add_bias_kv: true, add_zero_attn: true) : nn.MultiheadAttention(6, 2);
        new Golden(name).Check(
            layer,
            x => Both(name == "attention_wide" ? layer.call(x[0], x[1], x[2], Padding()) : layer.call(x[0], x[0], x[0], Padding(), attn_mask: causal)),
            TorchCapabilities.Current.FusedAttention ? 5e-6 : 1e-6);
    });
}
