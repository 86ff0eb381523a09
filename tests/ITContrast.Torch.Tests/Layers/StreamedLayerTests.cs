using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ITContrast.Torch.Tests.Layers;

public sealed class StreamedLayerTests
{
    [Fact]
    public void Dropout_keeps_the_expected_share_and_scales_it() => Live.Balanced(() =>
    {
        using var layer = new StreamedDropout(0.3);
        layer.BeginStep(1, 0);
        var kept = layer.call(ones(100_000));
        var values = kept.unique().output.data<float>().ToArray();
        Assert.Equal([0f, (float)(1 / 0.7)], values);
        // 100,000 draws: the share's standard deviation is 0.0014.
        Assert.InRange(kept.gt(0).to(ScalarType.Float32).mean().item<float>(), 0.7 - 0.008, 0.7 + 0.008);
    });

    [Fact]
    public void A_step_that_is_begun_again_draws_the_same_and_another_step_or_call_draws_anew() => Live.Balanced(() =>
    {
        using var layer = new StreamedDropout();
        var x = ones(64);
        layer.BeginStep(7, 3);
        var first = layer.call(x);
        var second = layer.call(x);
        Assert.False(first.eq(second).all().item<bool>());
        layer.BeginStep(7, 3);
        Live.SameBits(first, layer.call(x));
        layer.BeginStep(7, 3, call: 1);
        Live.SameBits(second, layer.call(x));
        layer.BeginStep(7, 4);
        Assert.False(first.eq(layer.call(x)).all().item<bool>());
        layer.BeginStep(8, 3);
        Assert.False(first.eq(layer.call(x)).all().item<bool>());
    });

    [Fact]
    public void The_global_generator_neither_shapes_nor_feels_what_streams_draw() => Live.Balanced(() =>
    {
        manual_seed(1);
        var undisturbed = rand(4);
        manual_seed(1);
        using var layer = new StreamedDropout();
        layer.BeginStep(1, 1);
        var one = layer.call(ones(32));
        Live.SameBits(undisturbed, rand(4));
        manual_seed(99);
        layer.BeginStep(1, 1);
        Live.SameBits(one, layer.call(ones(32)));
    });

    [Fact]
    public void Training_without_a_step_says_what_to_call() => Live.Balanced(() =>
    {
        using var layer = new StreamedDropout();
        Assert.Contains("BeginStep", Assert.Throws<InvalidOperationException>(() => layer.call(ones(2))).Message);
        layer.eval();
        Assert.Equal([1f, 1f], layer.call(ones(2)).data<float>().ToArray());
    });

    [Theory, InlineData(false), InlineData(true)]
    public void A_recurrent_layer_gives_each_sequence_what_it_gives_it_alone(bool lstm) => Live.Balanced(() =>
    {
        using nn.Module layer = lstm ? new StreamedLstm(3, 4, 2, bidirectional: true) : new StreamedGru(3, 4, 2, bidirectional: true);
        layer.Initialise(5);
        long[] lengths = [2, 5, 3];
        using var generator = new Generator(1);
        var x = randn(3, 5, 3, generator: generator);
        var (output, last) = Run(layer, x, tensor(lengths));
        Assert.Equal([3, 5, 8], output.shape);
        for (var i = 0; i < 3; i++)
        {
            var alone = Run(layer, x.narrow(0, i, 1).narrow(1, 0, lengths[i]), null);
            Live.Close(alone.Output[0], output[i].narrow(0, 0, lengths[i]));
            Live.Close(alone.Last.select(1, 0), last.select(1, i));
            Assert.Equal(0f, output[i].narrow(0, lengths[i], 5 - lengths[i]).abs().sum().item<float>());
        }
    });

    [Fact]
    public void Two_threads_give_the_bits_of_one_after_the_other() 
    {
        var serial = new[] { Train(1), Train(2) };
        var parallel = new float[2][];
        var threads = new[] { 0, 1 }.Select(i => new Thread(() => parallel[i] = Train((ulong)i + 1))).ToArray();
        foreach (var thread in threads) thread.Start();
        foreach (var thread in threads) thread.Join();
        Assert.Equal(serial[0], parallel[0]);
        Assert.Equal(serial[1], parallel[1]);
        Assert.NotEqual(serial[0], serial[1]);
    }

    private static float[] Train(ulong seed)
    {
        using var model = new Classifier().Initialise(seed);
        using var optimizer = optim.AdamW(model.parameters(), lr: 1e-2);
        for (var step = 0; step < 20; step++)
        {
            using var scope = NewDisposeScope();
            model.BeginStep(seed, step);
            using var generator = new Generator(seed * 1000 + (ulong)step);
            var tokens = randint(0, 10, new long[] { 4, 6 }, dtype: ScalarType.Int64, generator: generator);
            var loss = nn.functional.cross_entropy(model.call(tokens), tokens.select(1, 0));
            optimizer.zero_grad();
            loss.backward();
            nn.utils.clip_grad_norm_(model.parameters(), 1);
            optimizer.step();
        }
        return [.. model.parameters().SelectMany(p => p.data<float>().ToArray())];
    }

    private static (Tensor Output, Tensor Last) Run(nn.Module layer, Tensor x, Tensor? lengths)
    {
        if (layer is StreamedGru gru) return gru.Run(x, lengths);
        var (output, last, _) = ((StreamedLstm)layer).Run(x, lengths);
        return (output, last);
    }

    private sealed class Classifier : nn.Module<Tensor, Tensor>
    {
        private readonly Embedding embedding = nn.Embedding(10, 8, padding_idx: 0);
        private readonly StreamedGru gru = new(8, 8, 2, bidirectional: true, dropout: 0.2);
        private readonly StreamedDropout dropout = new(0.3);
        private readonly Linear head = nn.Linear(16, 10);

        public Classifier() : base(nameof(Classifier)) => RegisterComponents();

        public override Tensor forward(Tensor input)
        {
            var (output, _) = gru.Run(embedding.call(input));
            return head.call(dropout.call(output.mean([1])));
        }
    }
}
