using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using static TorchSharp.torch.nn.functional;

namespace ITContrast.Torch.Tests.Goldens;

/// <summary>Every function against PyTorch on the same libtorch: values, and gradients of inputs.</summary>
public sealed class FunctionGoldenTests
{
    private static readonly Dictionary<string, Func<Tensor[], Tensor>> Functions = new()
    {
        ["relu"] = x => functional.relu(x[0]),
        ["leaky_relu"] = x => functional.leaky_relu(x[0], 0.2),
        ["elu"] = x => functional.elu(x[0], 0.7),
        ["gelu"] = x => functional.gelu(x[0]),
        ["silu"] = x => functional.silu(x[0]),
        ["softplus"] = x => functional.softplus(x[0], 2),
        ["logsigmoid"] = x => logsigmoid(x[0]),
        ["softmax"] = x => functional.softmax(x[0], 1),
        ["log_softmax"] = x => functional.log_softmax(x[0], 0),
        ["normalize"] = x => normalize(x[0]),
        ["normalize_1"] = x => normalize(x[0], 1, 0),
        ["cosine_similarity"] = x => functional.cosine_similarity(x[0], x[1]),
        ["cross_entropy"] = x => cross_entropy(x[0], x[1]),
        ["cross_entropy_smooth"] = x => cross_entropy(x[0], x[1], tensor(new[] { 0.5f, 1, 2, 0.1f }), reduction: Reduction.Sum, label_smoothing: 0.1),
        ["cross_entropy_ignored"] = x => cross_entropy(x[0], x[1], ignore_index: 3),
        ["mse_loss"] = x => mse_loss(x[0], x[1]),
        ["l1_loss"] = x => l1_loss(x[0], x[1], Reduction.Sum),
        ["smooth_l1_loss"] = x => smooth_l1_loss(x[0], x[1], beta: 0.5),
        ["huber_loss"] = x => huber_loss(x[0], x[1], 0.5),
        ["bce_logits"] = x => binary_cross_entropy_with_logits(x[0], x[1]),
        ["kl_div_log"] = x => kl_div(functional.log_softmax(x[0], 1), functional.log_softmax(x[1], 1), reduction: Reduction.Sum),
        ["kl_div"] = x => kl_div(functional.log_softmax(x[0], 1), functional.softmax(x[1], 1), log_target: false),
        ["margin_ranking"] = x => margin_ranking_loss(x[0], x[1], tensor(new[] { 1f, -1, 1 }), 0.3),
        ["cosine_embedding"] = x => cosine_embedding_loss(x[0], x[1], tensor(new[] { 1f, -1, 1 }), 0.1),
        ["triplet"] = x => triplet_margin_loss(x[0], x[1], x[2], 0.5, swap: true),
        ["sdpa_mask"] = x => scaled_dot_product_attention(x[0], x[1], x[2], Mask()),
        ["sdpa_causal"] = x => scaled_dot_product_attention(x[0], x[1], x[2], is_casual: true),
    };

    public static TheoryData<string> Names => [.. Functions.Keys];

    [Theory, MemberData(nameof(Names))]
    public void A_function_computes_what_PyTorch_does(string name) => Live.Balanced(() =>
        new Golden(name).Check(null, x => [Functions[name](x)]));

    private static Tensor Mask()
    {
        var mask = ones(4, 5, dtype: ScalarType.Bool);
        mask[1, 2..] = tensor(false);
        return mask;
    }
}
