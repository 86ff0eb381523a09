using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace ITContrast.Torch.Tests.Parity;

/// <summary>The functions of tests/fixtures/torch/operators.py, under the same names.</summary>
internal static partial class OperatorCases
{
    private static Tensor Rows => tensor(new long[] { 2, 0, 2 });
    private static Tensor Pairs => tensor(new long[,] { { 0, 2 }, { 3, 3 }, { 1, 0 } });
    private static Tensor Classes => tensor(new long[] { 1, 4, 0, 2 });

    private static readonly Dictionary<string, Func<Tensor[], Tensor>> s_all = new()
    {
        ["exp"] = x => x[0].exp(),
        ["log"] = x => x[0].log(),
        ["sqrt"] = x => x[0].sqrt(),
        ["rsqrt"] = x => x[0].rsqrt(),
        ["tanh"] = x => x[0].tanh(),
        ["sigmoid"] = x => x[0].sigmoid(),
        ["relu"] = x => x[0].relu(),
        ["gelu"] = x => x[0].gelu(),
        ["silu"] = x => F.silu(x[0]),
        ["softplus"] = x => F.softplus(x[0]),
        ["log1p"] = x => x[0].log1p(),
        ["expm1"] = x => x[0].expm1(),
        ["erf"] = x => x[0].erf(),
        ["abs"] = x => x[0].abs(),
        ["square"] = x => x[0].square(),
        ["reciprocal"] = x => x[0].reciprocal(),
        ["sin"] = x => x[0].sin(),
        ["cos"] = x => x[0].cos(),
        ["neg"] = x => -x[0],
        ["log_sigmoid"] = x => F.logsigmoid(x[0]),
        ["leaky_relu"] = x => F.leaky_relu(x[0], 0.2),
        ["elu"] = x => F.elu(x[0], 1),
        ["add"] = x => x[0] + x[1],
        ["sub"] = x => x[0] - x[1],
        ["mul"] = x => x[0] * x[1],
        ["div"] = x => x[0] / x[1],
        ["scalar_minus"] = x => 2 - x[0],
        ["scalar_over"] = x => 2 / x[0],
        ["pow"] = x => x[0].pow(2.5),
        ["broadcast"] = x => (x[0] * x[1]) + x[0],
        ["maximum"] = x => maximum(x[0], x[1]),
        ["minimum"] = x => minimum(x[0], x[1]),
        ["clamp"] = x => x[0].clamp(-0.4, 0.6),
        ["lerp"] = x => x[0].lerp(x[1], 0.3),
        ["addcmul"] = x => x[0].addcmul(x[1], x[2], 0.5),
        ["logaddexp"] = x => logaddexp(x[0], x[1]),
        ["matmul"] = x => matmul(x[0], x[1]),
        ["bmm"] = x => x[0].bmm(x[1]),
        ["mv"] = x => x[0].mv(x[1]),
        ["dot"] = x => x[0].dot(x[1]),
        ["outer"] = x => outer(x[0], x[1]),
        ["addmm"] = x => x[0].addmm(x[1], x[2], 0.5f, 2),
        ["einsum"] = x => einsum("bij,bkj->bik", x[0], x[1]),
        ["cdist"] = x => cdist(x[0], x[1]),
        ["sum"] = x => x[0].sum(),
        ["sum_dim"] = x => x[0].sum(1),
        ["mean"] = x => x[0].mean(),
        ["mean_dim"] = x => x[0].mean([0], keepdim: true),
        ["std"] = x => x[0].std(1),
        ["var"] = x => x[0].var(1, unbiased: false),
        ["norm"] = x => x[0].norm(),
        ["norm_dim"] = x => x[0].norm(1),
        ["logsumexp"] = x => x[0].logsumexp(1),
        ["prod"] = x => x[0].prod(),
        ["cumsum"] = x => x[0].cumsum(1),
        ["max_dim"] = x => x[0].max(1).values,
        ["min"] = x => x[0].min(),
        ["amax"] = x => x[0].amax(0),
        ["softmax"] = x => x[0].softmax(1),
        ["log_softmax"] = x => x[0].log_softmax(0),
        ["topk"] = x => x[0].topk(2, 1).values,
        ["sort"] = x => x[0].sort(1, descending: true).Values,
        ["median"] = x => x[0].median(),
        ["transpose"] = x => x[0].transpose(0, 1),
        ["permute"] = x => x[0].permute(2, 0, 1),
        ["reshape"] = x => x[0].reshape(2, 6),
        ["expand"] = x => x[0].expand(3, 4),
        ["repeat"] = x => x[0].repeat(2, 1),
        ["cat"] = x => cat([x[0], x[1]], 1),
        ["stack"] = x => stack([x[0], x[1]], 1),
        ["narrow"] = x => x[0].narrow(1, 1, 2),
        ["flip"] = x => x[0].flip(1),
        ["roll"] = x => x[0].roll(1, 1),
        ["triu"] = x => x[0].triu(),
        ["diagonal"] = x => x[0].diagonal(),
        ["slice"] = x => x[0][1.., TensorIndex.Slice(step: 2)],
        ["gather"] = x => x[0].gather(1, Pairs),
        ["index_select"] = x => x[0].index_select(0, Rows),
        ["index"] = x => x[0][Rows],
        ["scatter_add"] = x => x[0].scatter_add(1, Pairs, x[1]),
        ["index_add"] = x => x[0].index_add(0, tensor(new long[] { 2, 2 }), x[1], 1),
        ["masked_fill"] = x => x[0].masked_fill(x[0] > 0.5, -3),
        ["where"] = x => where(x[0] > x[1], x[0], x[1] * 2),
        ["masked_select"] = x => x[0].masked_select(x[0] > 0),
        ["cosine_similarity"] = x => F.cosine_similarity(x[0], x[1], 1),
        ["normalize"] = x => F.normalize(x[0], dim: 1),
        ["linear"] = x => F.linear(x[0], x[1], x[2]),
        ["conv1d"] = x => F.conv1d(x[0], x[1], x[2], padding: 1),
        ["conv2d"] = x => F.conv2d(x[0], x[1], x[2], [2, 2], [1, 1]),
        ["max_pool2d"] = x => F.max_pool2d(x[0], 2),
        ["avg_pool2d"] = x => F.avg_pool2d(x[0], 3, 2),
        ["adaptive_avg_pool2d"] = x => F.adaptive_avg_pool2d(x[0], 2),
        ["layer_norm"] = x => F.layer_norm(x[0], [4], x[1], x[2]),
        ["batch_norm"] = x => F.batch_norm(x[0], null!, null!, x[1], x[2], training: true),
        ["cross_entropy"] = x => F.cross_entropy(x[0], Classes, label_smoothing: 0.1),
        ["nll_loss"] = x => F.nll_loss(x[0], Classes),
        ["mse_loss"] = x => F.mse_loss(x[0], x[1]),
        ["l1_loss"] = x => F.l1_loss(x[0], x[1]),
        ["smooth_l1_loss"] = x => F.smooth_l1_loss(x[0], x[1]),
        ["bce_with_logits"] = x => F.binary_cross_entropy_with_logits(x[0], x[0].full_like(0.25)),
        ["kl_div"] = x => F.kl_div(x[0].log_softmax(1), x[0].full_like(0.25), log_target: false, reduction: nn.Reduction.Sum) / x[0].size(0),
    };

    static OperatorCases() => AddOwn(s_all);

    internal static IReadOnlyDictionary<string, Func<Tensor[], Tensor>> All => s_all;

    static partial void AddOwn(Dictionary<string, Func<Tensor[], Tensor>> cases);

    /// <summary>Input k: ((37 i + 11 k + 5) mod 101 − 50) / 40 at position i, or its absolute value plus 0.1.</summary>
    internal static Tensor Grid(int k, long[] shape, bool positive, ScalarType dtype)
    {
        long n = shape.Aggregate(1L, (a, b) => a * b);
        double[] values = new double[n];
        for (long i = 0; i < n; i++)
        {
            double value = (((37 * i) + (11 * k) + 5) % 101 - 50) / 40.0;
            values[i] = positive ? Math.Abs(value) + 0.1 : value;
        }
        return tensor(values, shape).to(dtype);
    }
}
