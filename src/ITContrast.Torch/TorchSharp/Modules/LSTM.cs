using static TorchSharp.torch;
using static TorchSharp.torch.nn.utils.rnn;

namespace TorchSharp.Modules;

/// <summary>
/// Long short-term memory, stacked and optionally bidirectional.
/// <code>
///   i, f, o = σ(W_i· x + b_i· + W_h· h + b_h·)      g = tanh(W_ig x + b_ig + W_hg h + b_hg)
///   c' = f∘c + i∘g      h' = o∘tanh(c')
/// </code>
/// Dropout between layers draws from the global generator; <c>ITContrast.Torch.StreamedLstm</c> draws from a named stream.
/// </summary>
public class LSTM : nn.Module<Tensor, (Tensor, Tensor)?, (Tensor, Tensor, Tensor)>
{
    private readonly RecurrentWeights weights;

    internal LSTM(RecurrentShape shape, Device? device, ScalarType? dtype) : base(nameof(LSTM)) =>
        weights = new RecurrentWeights(this, shape, 4, device, dtype);

    /// <summary>Output <c>[L, N, D·H]</c> (or <c>[N, L, D·H]</c>), last h and last c <c>[layers·D, N, H]</c>; zeros where h0_c0 is null.</summary>
    public new (Tensor, Tensor, Tensor) call(Tensor input, (Tensor, Tensor)? h0_c0 = null) => base.call(input, h0_c0);

    public override (Tensor, Tensor, Tensor) forward(Tensor input, (Tensor, Tensor)? h0_c0 = null)
    {
        var shape = weights.Shape;
        var batch = weights.BatchOf(nameof(LSTM), input);
        using var zero = h0_c0 is null ? weights.Zeros(input, batch) : null;
        var (h, c) = h0_c0 is { } given
            ? (weights.Checked(nameof(LSTM), given.Item1, batch), weights.Checked(nameof(LSTM), given.Item2, batch))
            : (zero!, zero!);
        return NnOps.lstm(input, h, c, weights.Flat, shape.Bias, shape.Layers, shape.Dropout, training, shape.Bidirectional, shape.BatchFirst);
    }

    /// <summary>Runs over sequences of different lengths without computing on padding.</summary>
    public (PackedSequence, Tensor, Tensor) call(PackedSequence input, (Tensor, Tensor)? h0_c0 = null)
    {
        var shape = weights.Shape;
        using var scope = NewDisposeScope();
        var zero = h0_c0 is null ? weights.Zeros(input.data, input.Batch) : null;
        var (h, c) = h0_c0 is { } given ? (Sorted(given.Item1), Sorted(given.Item2)) : (zero!, zero!);
        var (data, lastH, lastC) = NnOps.lstm_packed(
            input.data, input.batch_sizes, h, c, weights.Flat, shape.Bias, shape.Layers, shape.Dropout, training, shape.Bidirectional);
        return (input.With(data), input.Unsorted(lastH).MoveToOuterDisposeScope(), input.Unsorted(lastC).MoveToOuterDisposeScope());

        Tensor Sorted(Tensor state) => input.Sorted(weights.Checked(nameof(LSTM), state, input.Batch));
    }
}
