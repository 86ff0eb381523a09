using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>Normalises channels of <c>[N, C, …]</c> in groups, then scales and shifts each channel.</summary>
public class GroupNorm : nn.Module<Tensor, Tensor>
{
    internal GroupNorm(long num_groups, long num_channels, double eps, bool affine, Device? device, ScalarType? dtype) : base(nameof(GroupNorm))
    {
        LayerChecks.Positive(nameof(GroupNorm), ("num_groups", num_groups), ("num_channels", num_channels));
        if (num_channels % num_groups != 0)
            throw new ArgumentException($"{num_channels} channels do not divide into {num_groups} groups.", nameof(num_groups));
        this.num_groups = num_groups;
        this.eps = eps;
        weight = affine ? new Parameter(ones([num_channels], dtype, device)) : null;
        bias = affine ? new Parameter(zeros([num_channels], dtype, device)) : null;
        register_parameter(nameof(weight), weight);
        register_parameter(nameof(bias), bias);
    }

    public long num_groups { get; }

    public double eps { get; }

    public Parameter? weight { get; }

    public Parameter? bias { get; }

    public override Tensor forward(Tensor input) => NnOps.group_norm(input, num_groups, weight, bias, eps);
}
