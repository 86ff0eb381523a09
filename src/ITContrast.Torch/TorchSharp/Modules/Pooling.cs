using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>The largest value of each window of a <c>[N, C, L]</c> input.</summary>
public sealed class MaxPool1d(long kernel_size, long? stride, long? padding, long? dilation, bool ceil_mode) : nn.Module<Tensor, Tensor>(nameof(MaxPool1d))
{
    public override Tensor forward(Tensor input) => nn.functional.max_pool1d(input, kernel_size, stride, padding, dilation, ceil_mode);
}

/// <summary>The largest value of each window of a <c>[N, C, H, W]</c> input.</summary>
public sealed class MaxPool2d(long[] kernel_size, long[]? strides, long[]? padding, long[]? dilation, bool ceil_mode)
    : nn.Module<Tensor, Tensor>(nameof(MaxPool2d))
{
    public override Tensor forward(Tensor input) => nn.functional.max_pool2d(input, kernel_size, strides, padding, dilation, ceil_mode);
}

/// <summary>The mean of each window of a <c>[N, C, L]</c> input.</summary>
public sealed class AvgPool1d(long kernel_size, long? stride, long padding, bool ceil_mode, bool count_include_pad)
    : nn.Module<Tensor, Tensor>(nameof(AvgPool1d))
{
    public override Tensor forward(Tensor input) => nn.functional.avg_pool1d(input, kernel_size, stride, padding, ceil_mode, count_include_pad);
}

/// <summary>The mean of each window of a <c>[N, C, H, W]</c> input.</summary>
public sealed class AvgPool2d(long[] kernel_size, long[]? strides, long[]? padding, bool ceil_mode, bool count_include_pad, long? divisor_override)
    : nn.Module<Tensor, Tensor>(nameof(AvgPool2d))
{
    public override Tensor forward(Tensor input) =>
        nn.functional.avg_pool2d(input, kernel_size, strides, padding, ceil_mode, count_include_pad, divisor_override);
}

/// <summary>Means over windows chosen so that the output has the given length.</summary>
public sealed class AdaptiveAvgPool1d(long output_size) : nn.Module<Tensor, Tensor>(nameof(AdaptiveAvgPool1d))
{
    public override Tensor forward(Tensor input) => nn.functional.adaptive_avg_pool1d(input, output_size);
}

/// <summary>Means over windows chosen so that the output has the given height and width.</summary>
public sealed class AdaptiveAvgPool2d(long[] output_size) : nn.Module<Tensor, Tensor>(nameof(AdaptiveAvgPool2d))
{
    public override Tensor forward(Tensor input) => NnOps.adaptive_avg_pool2d(input, output_size);
}
