using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>y = x·Wᵀ + b, W <c>[out, in]</c>; starts uniform in ±1/√in.</summary>
public class Linear : nn.Module<Tensor, Tensor>
{
    internal Linear(long inputSize, long outputSize, bool hasBias, Device? device, ScalarType? dtype) : base(nameof(Linear))
    {
        LayerChecks.Positive(nameof(Linear), ("inputSize", inputSize), ("outputSize", outputSize));
        in_features = inputSize;
        out_features = outputSize;
        weight = new Parameter(empty([outputSize, inputSize], dtype, device));
        bias = hasBias ? new Parameter(empty([outputSize], dtype, device)) : null;
        register_parameter(nameof(weight), weight);
        register_parameter(nameof(bias), bias);
        reset_parameters();
    }

    public long in_features { get; }

    public long out_features { get; }

    public Parameter weight { get; }

    public Parameter? bias { get; }

    public void reset_parameters()
    {
        nn.init.kaiming_uniform_(weight, Math.Sqrt(5));
        if (bias is not null) LayerChecks.UniformByFan(bias, in_features);
    }

    public override Tensor forward(Tensor input) => NnOps.linear(input, weight, bias);
}
