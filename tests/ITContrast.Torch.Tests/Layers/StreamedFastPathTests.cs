using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ITContrast.Torch.Tests.Layers;

/// <summary>The streamed layers' own ways give the bits of libtorch's.</summary>
public class StreamedFastPathTests
{
    // Whole vectors of every instruction set: libtorch's functions round otherwise in the rest of a row than in its vectors.
    private const int Width = 32;

    [
        Theory, InlineData(ScalarType.Float32, 0.2), InlineData(ScalarType.Float32, 0.0001), InlineData(ScalarType.BFloat16, 0.3),
        InlineData(ScalarType.Float64, 0.3), InlineData(ScalarType.Float32, 1.0)
    ]
    public void A_dropout_mask_is_the_one_of_plain_uniform_numbers(ScalarType dtype, double p) => Live.Balanced(() =>
    {
        // Fewer numbers than the generator's state holds, some states, and a part of one.
        foreach (var size in new long[] { 0, 1, 15, 16, 624, 625, 5000 })
        {
            var (stream, plain) = (new LayerStream(), new LayerStream());
            stream.Begin(3, "layer", size);
            plain.Begin(3, "layer", size);
            var dropped = StreamedDropout.Drop(ones(size, dtype: dtype), p, true, stream);
            var expected = StreamedDropout.PlainMask(ones(size, dtype: dtype), p, plain);
            Assert.Equal(dtype, dropped.dtype);
            Assert.True(dropped.eq(expected).all().item<bool>(), $"{size} numbers");
            Assert.Equal(plain.Position, stream.Position);
        }
    });

    [
        Theory, InlineData(true, ScalarType.Float32, false), InlineData(false, ScalarType.Float32, false), InlineData(true, ScalarType.Float64, true),
        InlineData(false, ScalarType.Float64, true)
    ]
    public void A_recurrent_layer_has_the_values_and_gradients_of_libtorchs_over_packed_sequences(bool bidirectional, ScalarType dtype, bool lastToo) =>
        Live.Balanced(() =>
    {
        using StreamedGru layer = new(5, Width, bidirectional: bidirectional);
        layer.Initialise(5);
        layer.to(dtype);
        using var generator = new Generator(1);
        // Batches that shrink by none, one and several sequences, and one length that no sequence has.
        var lengths = tensor(new long[] { 2, 7, 3, 7, 6, 1, 3, 4 });
        var ours = randn([8, 9, 5], dtype: dtype, generator: generator).requires_grad_();
        var theirs = ours.detach().clone().requires_grad_();
        var seen = randn([8, 9, bidirectional ? 2 * Width : Width], dtype: dtype, generator: generator);

        var (output, last) = layer.Run(ours, lengths);
        Loss(output, last).backward();
        var found = layer.named_parameters().ToDictionary(p => p.name, p => p.parameter.grad!.clone());
        layer.zero_grad();

        var gru = layer.modules().OfType<GRU>().Single();
        using var packed = nn.utils.rnn.pack_padded_sequence(theirs, lengths, batch_first: true, enforce_sorted: false);
        var (result, expectedLast) = gru.call(packed);
        var (expected, _) = nn.utils.rnn.pad_packed_sequence(result, batch_first: true, total_length: 9);
        result.Dispose();
        Loss(expected, expectedLast).backward();

        Same(expected, output, "states", exact: true);
        Same(expectedLast, last, "last states", exact: true);
        Same(theirs.grad!, ours.grad!, "the input's gradient", exact: !lastToo);
        foreach (var (name, parameter) in layer.named_parameters()) Same(parameter.grad!, found[name], name, exact: !lastToo);

        Tensor Loss(Tensor states, Tensor ends) => lastToo ? (states * seen).sum() + ends.square().sum() : (states * seen).sum();
    });

    [Theory, InlineData(ScalarType.Float32), InlineData(ScalarType.Float64)]
    public void A_recurrent_direction_in_one_call_has_the_bits_of_its_steps_in_managed_code(ScalarType dtype) => Live.Balanced(() =>
    {
        using GRU layer = nn.GRU(5, Width, batchFirst: true, bidirectional: true);
        layer.to(dtype);
        using var generator = new Generator(2);
        foreach (var parameter in layer.parameters()) using (no_grad()) parameter.copy_(randn(parameter.shape, dtype: dtype, generator: generator));
        long[] sizes = [6, 6, 5, 2, 2, 1];
        var packed = randn([sizes.Sum(), 5], dtype: dtype, generator: generator);
        var seen = randn([sizes.Sum(), 2 * Width], dtype: dtype, generator: generator);
        var (states, gradients) = Trained(plain: false);
        var (expected, wanted) = Trained(plain: true);
        Same(expected, states, "states", exact: true);
        foreach (var (name, gradient) in wanted) Same(gradient, gradients[name], name, exact: true);
        var (again, beside) = Trained(plain: false, beside: true);
        Same(expected, again, "states of directions beside each other", exact: true);
        foreach (var (name, gradient) in wanted) Same(gradient, beside[name], $"{name}, beside", exact: true);
        using (no_grad()) Same(expected, GruSteps.Run(layer, packed, sizes, beside: true), "states without a graph", exact: true);

        (Tensor, Dictionary<string, Tensor>) Trained(bool plain, bool beside = false)
        {
            var input = packed.detach().clone().requires_grad_();
            layer.zero_grad();
            var found = GruSteps.Run(layer, input, sizes, plain, beside);
            (found * seen).sum().backward();
            var all = layer.named_parameters().ToDictionary(p => p.name, p => p.parameter.grad!.clone());
            all["input"] = input.grad!;
            return (found, all);
        }
    });

    // Where the last states are read too, gradients of one state meet in another order; all else is the same to the bit.
    private static void Same(Tensor expected, Tensor found, string what, bool exact) =>
        Assert.True(exact ? expected.eq(found).all().item<bool>() : (expected - found).abs().max().ToDouble() < 1e-13, what);

    [Fact]
    public void A_length_out_of_range_is_named() => Live.Balanced(() =>
    {
        using StreamedGru layer = new(2, 3);
        layer.Initialise(1);
        var error = Assert.Throws<ArgumentException>(() => layer.Run(zeros(2, 4, 2), tensor(new long[] { 4, 5 })));
        Assert.Contains("Sequence 1 has length 5; expected 1 to 4", error.Message);
        Assert.Throws<ArgumentException>(() => layer.Run(zeros(2, 4, 2), tensor(new long[] { 4, 0 })));
        Assert.Throws<ArgumentException>(() => layer.Run(zeros(2, 4, 2), tensor(new long[] { 4 })));
    });
}
