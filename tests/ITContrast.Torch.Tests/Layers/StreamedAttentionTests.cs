using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Torch.Tests.Layers;

public sealed class StreamedAttentionTests
{
    [Fact]
    public void The_result_is_the_naive_double_loops_and_padding_has_no_say() => Live.Balanced(() =>
    {
        using var layer = new StreamedAttention(4, 2).Initialise(1);
        layer.to(ScalarType.Float64);
        using var generator = new Generator(2);
        var x = randn(2, 3, 4, dtype: ScalarType.Float64, generator: generator);
        var padding = tensor(new[] { false, false, true, false, false, false }).view(2, 3);
        var result = layer.call(x, x, padding);
        var state = layer.state_dict();
        for (var b = 0; b < 2; b++)
        {
            var valid = b == 0 ? 2 : 3;
            var joined = zeros(3, 4, dtype: ScalarType.Float64);
            for (var head = 0; head < 2; head++)
                for (var i = 0; i < 3; i++)
                {
                    var q = Project("query", x[b][i], head);
                    var scores = Enumerable.Range(0, valid).Select(j => Dot(q, Project("key", x[b][j], head)) / Math.Sqrt(2)).ToArray();
                    var total = scores.Sum(Math.Exp);
                    for (var j = 0; j < valid; j++)
                        for (var d = 0; d < 2; d++)
                            joined[i, head * 2 + d].add_(Math.Exp(scores[j]) / total * Project("value", x[b][j], head)[d]);
                }
            Live.Close(joined.matmul(state["output.weight"].t()) + state["output.bias"], result[b], 1e-12);
        }

        double[] Project(string name, Tensor row, int head) =>
            (state[name + ".weight"].matmul(row) + state[name + ".bias"]).narrow(0, head * 2, 2).data<double>().ToArray();

        static double Dot(double[] a, double[] b) => a.Zip(b, (p, q) => p * q).Sum();
    });

    [Fact]
    public void Training_without_dropout_and_evaluation_with_it_agree() => Live.Balanced(() =>
    {
        using var plain = new StreamedTransformerLayer(6, 2, 8, dropout: 0).Initialise(1);
        using var dropping = new StreamedTransformerLayer(6, 2, 8, dropout: 0.4).Initialise(1);
        using var generator = new Generator(2);
        var x = randn(2, 5, 6, generator: generator);
        dropping.eval();
        Live.Close(plain.call(x, null), dropping.call(x, null));
        dropping.train();
        dropping.BeginStep(3, 1);
        var first = dropping.call(x, null);
        Assert.False(first.allclose(plain.call(x, null)));
        dropping.BeginStep(3, 1);
        Live.SameBits(first, dropping.call(x, null));
    });

    [Fact]
    public void A_query_with_padding_alone_stays_finite() => Live.Balanced(() =>
    {
        using var layer = new StreamedAttention(4, 2).Initialise(1);
        using var generator = new Generator(2);
        var x = randn(1, 3, 4, generator: generator).requires_grad_();
        var result = layer.call(x, x, ones(1, 3, dtype: ScalarType.Bool));
        result.sum().backward();
        Assert.True(result.isfinite().all().item<bool>());
        Assert.True(x.grad!.isfinite().all().item<bool>());
    });

    [Theory, InlineData("gru"), InlineData("lstm"), InlineData("attention"), InlineData("before"), InlineData("after")]
    public void Gradients_are_the_finite_differences(string kind) => Live.Balanced(() =>
    {
        using nn.Module layer = kind switch
        {
            "gru" => new StreamedGru(4, 3, 2, bidirectional: true, dropout: 0.3),
            "lstm" => new StreamedLstm(4, 3, 2, bidirectional: true, dropout: 0.3),
            "attention" => new StreamedAttention(4, 2, dropout: 0.3),
            _ => new StreamedTransformerLayer(4, 2, 6, dropout: 0.3, normFirst: kind == "before"),
        };
        layer.Initialise(1);
        layer.to(ScalarType.Float64);
        using var generator = new Generator(2);
        var x = randn(2, 3, 4, dtype: ScalarType.Float64, generator: generator).requires_grad_();
        var padding = tensor(new[] { false, false, true, false, false, false }).view(2, 3);
        var lengths = tensor(new long[] { 2, 3 });
        Value().backward();
        var inputs = layer.parameters().Cast<Tensor>().Append(x).ToArray();
        foreach (var input in inputs)
        {
            using var scope = NewDisposeScope();
            using var off = no_grad();
            var flat = input.detach().view(-1);
            for (var i = 0L; i < flat.numel(); i += Math.Max(1, flat.numel() / 5))
            {
                const double h = 1e-5;
                var middle = flat[i].item<double>();
                flat[i] = tensor(middle + h, ScalarType.Float64);
                var above = Value().item<double>();
                flat[i] = tensor(middle - h, ScalarType.Float64);
                var below = Value().item<double>();
                flat[i] = tensor(middle, ScalarType.Float64);
                Assert.Equal((above - below) / (2 * h), input.grad!.view(-1)[i].item<double>(), 1e-7);
            }
        }

        Tensor Value()
        {
            layer.BeginStep(5, 6);
            var output = layer switch
            {
                StreamedGru gru => gru.Run(x, lengths).Output,
                StreamedLstm lstm => lstm.Run(x, lengths).Output,
                StreamedAttention attention => attention.call(x, x, padding),
                _ => ((StreamedTransformerLayer)layer).call(x, padding),
            };
            return (output * output.cos()).sum();
        }
    });
}
