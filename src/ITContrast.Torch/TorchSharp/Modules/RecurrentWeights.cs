using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>
/// The weights of a stacked recurrent layer in libtorch's order (input, hidden, input bias, hidden bias; layer by layer, forward before
/// reverse), registered under PyTorch's names (<c>weight_ih_l0</c>, …, <c>weight_ih_l0_reverse</c>).
/// </summary>
internal sealed class RecurrentWeights
{
    private readonly Parameter[] flat;

    public RecurrentWeights(nn.Module owner, RecurrentShape shape, int gates, Device? device, ScalarType? dtype)
    {
        LayerChecks.Positive(owner.GetName(), ("inputSize", shape.InputSize), ("hiddenSize", shape.HiddenSize), ("numLayers", shape.Layers));
        LayerChecks.Probability(owner.GetName(), shape.Dropout);
        Shape = shape;
        var list = new List<Parameter>();
        for (long layer = 0; layer < shape.Layers; layer++)
            foreach (var suffix in shape.Bidirectional ? new[] { "", "_reverse" } : [""])
            {
                var width = layer == 0 ? shape.InputSize : shape.HiddenSize * shape.Directions;
                Add($"weight_ih_l{layer}{suffix}", gates * shape.HiddenSize, width);
                Add($"weight_hh_l{layer}{suffix}", gates * shape.HiddenSize, shape.HiddenSize);
                if (!shape.Bias) continue;
                Add($"bias_ih_l{layer}{suffix}", gates * shape.HiddenSize);
                Add($"bias_hh_l{layer}{suffix}", gates * shape.HiddenSize);
            }
        flat = [.. list];
        foreach (var weight in flat) LayerChecks.UniformByFan(weight, shape.HiddenSize);

        void Add(string name, params long[] size)
        {
            var parameter = new Parameter(empty(size, dtype, device));
            owner.register_parameter(name, parameter);
            list.Add(parameter);
        }
    }

    public RecurrentShape Shape { get; }

    public Tensor[] Flat => flat;

    /// <summary>Zeros where no initial state is given: <c>[layers·directions, batch, hidden]</c>.</summary>
    public Tensor Zeros(Tensor input, long? batch)
    {
        var first = Shape.Layers * Shape.Directions;
        return batch is { } b ? zeros([first, b, Shape.HiddenSize], input.dtype, input.device) : zeros([first, Shape.HiddenSize], input.dtype, input.device);
    }

    /// <summary>Refuses a state of another shape; libtorch would broadcast some of them in silence.</summary>
    /// <exception cref="ArgumentException">The state is not <c>[layers·directions, N, H]</c> (<c>[layers·directions, H]</c> for one sequence).</exception>
    public Tensor Checked(string layer, Tensor state, long? batch)
    {
        long[] expected = batch is { } b ? [Shape.Layers * Shape.Directions, b, Shape.HiddenSize] : [Shape.Layers * Shape.Directions, Shape.HiddenSize];
        if (!state.shape.AsSpan().SequenceEqual(expected))
            throw new ArgumentException(
                $"{layer} expects a state [{string.Join(", ", expected)}] for this input, but it is [{string.Join(", ", state.shape)}].", nameof(state));
        return state;
    }

    /// <summary>The number of sequences in a padded input; null for one unbatched sequence.</summary>
    /// <exception cref="ArgumentException">The input is neither <c>[L, N, I]</c> (<c>[N, L, I]</c> with batchFirst) nor <c>[L, I]</c>.</exception>
    public long? BatchOf(string layer, Tensor input)
    {
        if (input.ndim is not (2 or 3) || input.shape[^1] != Shape.InputSize)
            throw new ArgumentException(
                $"{layer} expects {(Shape.BatchFirst ? "[N, L, " : "[L, N, ")}{Shape.InputSize}] or [L, {Shape.InputSize}], but the input is [{string.Join(", ", input.shape)}].",
                nameof(input));
        return input.ndim == 2 ? null : input.shape[Shape.BatchFirst ? 0 : 1];
    }
}

/// <summary>The sizes and switches of a stacked recurrent layer.</summary>
internal readonly record struct RecurrentShape(
    long InputSize, long HiddenSize, long Layers, bool Bias, bool BatchFirst, double Dropout, bool Bidirectional)
{
    public int Directions => Bidirectional ? 2 : 1;
}
