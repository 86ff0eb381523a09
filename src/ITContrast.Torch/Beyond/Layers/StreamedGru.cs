using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ITContrast.Torch;

/// <summary>
/// Stacked, optionally bidirectional gated recurrent units over padded sequences <c>[B, L, I]</c>, batch first. Given lengths it computes on
/// packed sequences, so padding costs nothing and never reaches a state; dropout between layers draws from a named stream.
/// Weights are those of one-layer <c>nn.GRU</c> modules under <c>layers.0</c>, <c>layers.1</c>, ….
/// Source: Cho et al., EMNLP 2014, in PyTorch's form (reset gate after the hidden product).
/// </summary>
public sealed class StreamedGru : nn.Module<Tensor, Tensor?, (Tensor Output, Tensor Last)>, IStreamedLayer
{
    private readonly ModuleList<GRU> layers;
    private readonly double dropout;

    /// <param name="inputSize">I, the features of one token.</param>
    /// <param name="hiddenSize">H, the features of a state, for each direction.</param>
    /// <param name="layerCount">How many layers are stacked.</param>
    /// <param name="bidirectional">Whether a second one runs from the end; D = 2 then, else D = 1.</param>
    /// <param name="dropout">The probability of a zero between two layers; ignored with one layer.</param>
    public StreamedGru(long inputSize, long hiddenSize, int layerCount = 1, bool bidirectional = false, double dropout = 0) : base(nameof(StreamedGru))
    {
        if (layerCount < 1) throw new ArgumentOutOfRangeException(nameof(layerCount), layerCount, "At least one layer is needed.");
        if (!(dropout >= 0 && dropout <= 1))
            throw new ArgumentOutOfRangeException(nameof(dropout), dropout, "The probability of a zero must lie between 0 and 1.");
        this.dropout = dropout;
        var width = bidirectional ? 2 * hiddenSize : hiddenSize;
        layers = nn.ModuleList(Enumerable.Range(0, layerCount)
            .Select(i => nn.GRU(i == 0 ? inputSize : width, hiddenSize, batchFirst: true, bidirectional: bidirectional)).ToArray());
        RegisterComponents();
    }

    /// <inheritdoc/>
    public LayerStream Stream { get; } = new();

    /// <summary>
    /// Whether the backward passes of two directions run beside each other (<see cref="SideGradient"/>), the same to the last bit: for a system that keeps
    /// both cores busy all through its step. Only with lengths. Default false: what one thread trains leaves the second core to another run.
    /// </summary>
    public bool DirectionsBeside { get; set; }

    /// <summary>Runs over the sequences.</summary>
    /// <param name="input"><c>[B, L, I]</c>.</param>
    /// <param name="lengths">int64 <c>[B]</c>, 1 ≤ length ≤ L, any order, best on the CPU; null where nothing is padded.</param>
    /// <returns>
    /// Output <c>[B, L, D·H]</c>, zeros after the end of a sequence, and the states after the last (for the reverse direction, the first) token,
    /// <c>[layers·D, B, H]</c>.
    /// </returns>
    public (Tensor Output, Tensor Last) Run(Tensor input, Tensor? lengths = null) => call(input, lengths);

    /// <inheritdoc cref="Run"/>
    public override (Tensor Output, Tensor Last) forward(Tensor input, Tensor? lengths)
    {
        using var scope = NewDisposeScope();
        var states = new List<Tensor>();
        var output = input;
        for (var i = 0; i < layers.Count; i++)
        {
            if (i > 0) output = StreamedDropout.Drop(output, dropout, training, Stream);
            var (next, last) = lengths is null ? layers[i].call(output) : Packed(layers[i], output, lengths);
            output = next;
            states.Add(last);
        }
        return (output.MoveToOuterDisposeScope(), cat(states.ToArray(), 0).MoveToOuterDisposeScope());
    }

    /// <summary>Runs one layer over the sequences and maps rows without their padding, so that nothing is computed on it.</summary>
    /// <param name="padded">What the inputs are made of, <c>[B, L, I']</c>: the inputs themselves, or for instance tokens.</param>
    /// <param name="lengths">As for <see cref="Run"/>.</param>
    /// <param name="before">Makes inputs <c>[N, I]</c> of the N rows <c>[N, I']</c> that are no padding.</param>
    /// <param name="after">Maps their states <c>[N, D·H]</c> to rows <c>[N, O]</c>, each by itself.</param>
    /// <returns><c>[B, L, O]</c>, zeros after the end of a sequence.</returns>
    /// <exception cref="InvalidOperationException">Layers are stacked.</exception>
    public Tensor RunRows(Tensor padded, Tensor lengths, Func<Tensor, Tensor> before, Func<Tensor, Tensor> after)
    {
        if (layers.Count != 1) throw new InvalidOperationException($"Rows are mapped around a single layer, found {layers.Count}; use Run.");
        using var scope = NewDisposeScope();
        using PackedSteps steps = new(padded, lengths);
        return steps.Pad(after(GruSteps.Run(layers[0], before(steps.Pack(padded)), steps.Sizes, beside: DirectionsBeside))).MoveToOuterDisposeScope();
    }

    private (Tensor Output, Tensor Last) Packed(GRU layer, Tensor input, Tensor lengths)
    {
        using PackedSteps steps = new(input, lengths);
        Tensor states = GruSteps.Run(layer, steps.Pack(input), steps.Sizes, beside: DirectionsBeside);
        long width = layer.get_parameter("weight_hh_l0")!.shape[1];
        Tensor ends = steps.Last(states).narrow(1, 0, width).unsqueeze(0);
        if (states.shape[1] > width) ends = cat([ends, steps.First(states).narrow(1, width, width).unsqueeze(0)], 0);
        return (steps.Pad(states), ends);
    }
}
