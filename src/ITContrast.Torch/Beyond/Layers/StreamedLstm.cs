using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ITContrast.Torch;

/// <summary>
/// Stacked, optionally bidirectional long short-term memory over padded sequences <c>[B, L, I]</c>, batch first. Given lengths it computes on
/// packed sequences, so padding costs nothing and never reaches a state; dropout between layers draws from a named stream.
/// Weights are those of one-layer <c>nn.LSTM</c> modules under <c>layers.0</c>, <c>layers.1</c>, ….
/// Source: Hochreiter and Schmidhuber, Neural Computation 9 (1997), in PyTorch's form.
/// </summary>
public sealed class StreamedLstm : nn.Module<Tensor, Tensor?, (Tensor Output, Tensor Last, Tensor Cell)>, IStreamedLayer
{
    private readonly ModuleList<LSTM> layers;
    private readonly double dropout;

    /// <param name="inputSize">I, the features of one token.</param>
    /// <param name="hiddenSize">H, the features of a state, for each direction.</param>
    /// <param name="layerCount">How many layers are stacked.</param>
    /// <param name="bidirectional">Whether a second one runs from the end; D = 2 then, else D = 1.</param>
    /// <param name="dropout">The probability of a zero between two layers; ignored with one layer.</param>
    public StreamedLstm(long inputSize, long hiddenSize, int layerCount = 1, bool bidirectional = false, double dropout = 0) : base(nameof(StreamedLstm))
    {
        if (layerCount < 1) throw new ArgumentOutOfRangeException(nameof(layerCount), layerCount, "At least one layer is needed.");
        if (!(dropout >= 0 && dropout <= 1))
            throw new ArgumentOutOfRangeException(nameof(dropout), dropout, "The probability of a zero must lie between 0 and 1.");
        this.dropout = dropout;
        var width = bidirectional ? 2 * hiddenSize : hiddenSize;
        layers = nn.ModuleList(Enumerable.Range(0, layerCount)
            .Select(i => nn.LSTM(i == 0 ? inputSize : width, hiddenSize, batchFirst: true, bidirectional: bidirectional)).ToArray());
        RegisterComponents();
    }

    /// <inheritdoc/>
    public LayerStream Stream { get; } = new();

    /// <summary>Runs over the sequences.</summary>
    /// <param name="input"><c>[B, L, I]</c>.</param>
    /// <param name="lengths">int64 <c>[B]</c>, 1 ≤ length ≤ L, any order, best on the CPU; null where nothing is padded.</param>
    /// <returns>
    /// Output <c>[B, L, D·H]</c>, zeros after the end of a sequence, and after the last (for the reverse direction, the first) token,
    /// h and c, each <c>[layers·D, B, H]</c>.
    /// </returns>
    public (Tensor Output, Tensor Last, Tensor Cell) Run(Tensor input, Tensor? lengths = null) => call(input, lengths);

    /// <inheritdoc cref="Run"/>
    public override (Tensor Output, Tensor Last, Tensor Cell) forward(Tensor input, Tensor? lengths)
    {
        using var scope = NewDisposeScope();
        var states = new List<Tensor>();
        var cells = new List<Tensor>();
        var output = input;
        for (var i = 0; i < layers.Count; i++)
        {
            if (i > 0) output = StreamedDropout.Drop(output, dropout, training, Stream);
            var (next, last, cell) = lengths is null ? layers[i].call(output) : Packed(layers[i], output, lengths);
            output = next;
            states.Add(last);
            cells.Add(cell);
        }
        return (output.MoveToOuterDisposeScope(), cat(states.ToArray(), 0).MoveToOuterDisposeScope(), cat(cells.ToArray(), 0).MoveToOuterDisposeScope());
    }

    private static (Tensor Output, Tensor Last, Tensor Cell) Packed(LSTM layer, Tensor input, Tensor lengths)
    {
        using var packed = nn.utils.rnn.pack_padded_sequence(input, lengths, batch_first: true, enforce_sorted: false);
        var (result, last, cell) = layer.call(packed);
        using (result)
        {
            var (padded, _) = nn.utils.rnn.pad_packed_sequence(result, batch_first: true, total_length: input.shape[1]);
            return (padded, last, cell);
        }
    }
}
