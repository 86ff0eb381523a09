using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>(x − mean)/√(var + ε) over the last dimensions, times weight plus bias; variance is the biased one.</summary>
public class LayerNorm : nn.Module<Tensor, Tensor>
{
    internal LayerNorm(long[] normalized_shape, double eps, bool elementwise_affine, bool bias, Device? device, ScalarType? dtype) : base(nameof(LayerNorm))
    {
        foreach (var size in normalized_shape) LayerChecks.Positive(nameof(LayerNorm), ("normalized_shape", size));
        this.normalized_shape = normalized_shape;
        this.eps = eps;
        weight = elementwise_affine ? new Parameter(ones(normalized_shape, dtype, device)) : null;
        this.bias = elementwise_affine && bias ? new Parameter(zeros(normalized_shape, dtype, device)) : null;
        register_parameter(nameof(weight), weight);
        register_parameter(nameof(bias), this.bias);
    }

    public long[] normalized_shape { get; }

    public double eps { get; }

    public Parameter? weight { get; }

    public Parameter? bias { get; }

    public override Tensor forward(Tensor input) => NnOps.layer_norm(input, normalized_shape, weight, bias, eps);
}
