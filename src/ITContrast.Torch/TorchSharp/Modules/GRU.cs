using static TorchSharp.torch;
using static TorchSharp.torch.nn.utils.rnn;

namespace TorchSharp.Modules;

/// <summary>
/// Gated recurrent units, stacked and optionally bidirectional.
/// <code>
///   r = σ(W_ir x + b_ir + W_hr h + b_hr)      z = σ(W_iz x + b_iz + W_hz h + b_hz)
///   n = tanh(W_in x + b_in + r∘(W_hn h + b_hn))      h' = (1 − z)∘n + z∘h
/// </code>
/// Dropout between layers draws from the global generator; <c>ITContrast.Torch.StreamedGru</c> draws from a named stream.
/// </summary>
public class GRU : nn.Module<Tensor, Tensor?, (Tensor, Tensor)>
{
    private readonly RecurrentWeights weights;

    internal GRU(RecurrentShape shape, Device? device, ScalarType? dtype) : base(nameof(GRU)) =>
        weights = new RecurrentWeights(this, shape, 3, device, dtype);

    /// <summary>Output <c>[L, N, D·H]</c> (or <c>[N, L, D·H]</c>) and the last states <c>[layers·D, N, H]</c>; zeros where h0 is null.</summary>
    public new (Tensor, Tensor) call(Tensor input, Tensor? h0 = null) => base.call(input, h0);

    public override (Tensor, Tensor) forward(Tensor input, Tensor? h0 = null)
    {
        var shape = weights.Shape;
        var batch = weights.BatchOf(nameof(GRU), input);
        var start = h0 is null ? weights.Zeros(input, batch) : weights.Checked(nameof(GRU), h0, batch);
        var result = NnOps.gru(input, start, weights.Flat, shape.Bias, shape.Layers, shape.Dropout, training, shape.Bidirectional, shape.BatchFirst);
        if (h0 is null) start.Dispose();
        return result;
    }

    /// <summary>Runs over sequences of different lengths without computing on padding.</summary>
    public (PackedSequence, Tensor) call(PackedSequence input, Tensor? h0 = null)
    {
        var shape = weights.Shape;
        using var scope = NewDisposeScope();
        var start = h0 is null ? weights.Zeros(input.data, input.Batch) : input.Sorted(weights.Checked(nameof(GRU), h0, input.Batch));
        var (data, last) = NnOps.gru_packed(
            input.data, input.batch_sizes, start, weights.Flat, shape.Bias, shape.Layers, shape.Dropout, training, shape.Bidirectional);
        return (input.With(data), input.Unsorted(last).MoveToOuterDisposeScope());
    }
}
