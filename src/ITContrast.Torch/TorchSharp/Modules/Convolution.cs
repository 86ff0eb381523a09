using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>
/// Cross-correlation of <c>[N, C, …]</c> with kernels <c>[out, in/groups, …]</c>; starts as <see cref="Linear"/> does, by fan-in.
/// Padding modes other than zeros extend the input first.
/// </summary>
public abstract class Convolution : nn.Module<Tensor, Tensor>
{
    private protected Convolution(string name, in ConvolutionShape shape, bool bias, Device? device, ScalarType? dtype) : base(name)
    {
        LayerChecks.Positive(name, ("in_channels", shape.InChannels), ("out_channels", shape.OutChannels), ("groups", shape.Groups));
        foreach (var size in shape.Kernel) LayerChecks.Positive(name, ("kernel_size", size));
        foreach (var step in shape.Stride) LayerChecks.Positive(name, ("stride", step));
        foreach (var step in shape.Dilation) LayerChecks.Positive(name, ("dilation", step));
        if (shape.InChannels % shape.Groups != 0 || shape.OutChannels % shape.Groups != 0)
            throw new ArgumentException(
                $"{name}: {shape.InChannels} input and {shape.OutChannels} output channels must both divide by groups = {shape.Groups}.", nameof(shape));
        Shape = shape;
        weight = new Parameter(empty([shape.OutChannels, shape.InChannels / shape.Groups, .. shape.Kernel], dtype, device));
        this.bias = bias ? new Parameter(empty([shape.OutChannels], dtype, device)) : null;
        register_parameter(nameof(weight), weight);
        register_parameter(nameof(bias), this.bias);
        reset_parameters();
    }

    private protected ConvolutionShape Shape { get; }

    public Parameter weight { get; }

    public Parameter? bias { get; }

    public long in_channels => Shape.InChannels;

    public long out_channels => Shape.OutChannels;

    public void reset_parameters()
    {
        nn.init.kaiming_uniform_(weight, Math.Sqrt(5));
        if (bias is not null) LayerChecks.UniformByFan(bias, weight.numel() / out_channels);
    }

    /// <summary>The input extended by the padding mode, and the padding that is left to the kernel.</summary>
    private protected (Tensor Input, long[] Padding) Padded(Tensor input)
    {
        if (Shape.Mode is PaddingModes.Zeros or PaddingModes.Constant) return (input, Shape.Padding);
        long[] ends = [.. Shape.Padding.Reverse().SelectMany(p => new[] { p, p })];
        return (nn.functional.pad(input, ends, Shape.Mode), new long[Shape.Padding.Length]);
    }
}

/// <summary>The sizes of a convolution, one entry a spatial dimension where they are arrays.</summary>
internal readonly record struct ConvolutionShape(
    long InChannels, long OutChannels, long[] Kernel, long[] Stride, long[] Padding, long[] Dilation, PaddingModes Mode, long Groups);

/// <summary>Convolution over one dimension.</summary>
public sealed class Conv1d : Convolution
{
    internal Conv1d(in ConvolutionShape shape, bool bias, Device? device, ScalarType? dtype) : base(nameof(Conv1d), shape, bias, device, dtype)
    {
    }

    public override Tensor forward(Tensor input)
    {
        var (padded, padding) = Padded(input);
        var result = NnOps.conv1d(padded, weight, bias, Shape.Stride, padding, Shape.Dilation, Shape.Groups);
        if (!ReferenceEquals(padded, input)) padded.Dispose();
        return result;
    }
}

/// <summary>Convolution over two dimensions.</summary>
public sealed class Conv2d : Convolution
{
    internal Conv2d(in ConvolutionShape shape, bool bias, Device? device, ScalarType? dtype) : base(nameof(Conv2d), shape, bias, device, dtype)
    {
    }

    public override Tensor forward(Tensor input)
    {
        var (padded, padding) = Padded(input);
        var result = NnOps.conv2d(padded, weight, bias, Shape.Stride, padding, Shape.Dilation, Shape.Groups);
        if (!ReferenceEquals(padded, input)) padded.Dispose();
        return result;
    }
}
