using ITContrast.Torch;
using static TorchSharp.torch;

namespace TorchSharp;

/// <summary>Convolution and pooling.</summary>
internal static partial class NnOps
{
    private static readonly Operator OpConv1d = new("conv1d(input, weight, bias, stride, padding, dilation, groups)");
    private static readonly Operator OpConv2d = new("conv2d(input, weight, bias, stride, padding, dilation, groups)");
    private static readonly Operator OpMaxPool1d = new("max_pool1d(self, kernel_size, stride, padding, dilation, ceil_mode)");
    private static readonly Operator OpMaxPool2d = new("max_pool2d(self, kernel_size, stride, padding, dilation, ceil_mode)");
    private static readonly Operator OpAvgPool1d = new("avg_pool1d(self, kernel_size, stride, padding, ceil_mode, count_include_pad)");
    private static readonly Operator OpAvgPool2d = new("avg_pool2d(self, kernel_size, stride, padding, ceil_mode, count_include_pad, divisor_override)");
    private static readonly Operator OpAdaptiveAvgPool1d = new("adaptive_avg_pool1d(self, output_size)");
    private static readonly Operator OpAdaptiveAvgPool2d = new("adaptive_avg_pool2d(self, output_size)");

    public static Tensor conv1d(Tensor input, Tensor weight, Tensor? bias, long[] stride, long[] padding, long[] dilation, long groups) =>
        OpConv1d.Call(input, weight, bias, Arg.Ints(stride), Arg.Ints(padding), Arg.Ints(dilation), groups);

    public static Tensor conv2d(Tensor input, Tensor weight, Tensor? bias, long[] stride, long[] padding, long[] dilation, long groups) =>
        OpConv2d.Call(input, weight, bias, Arg.Ints(stride), Arg.Ints(padding), Arg.Ints(dilation), groups);

    public static Tensor max_pool1d(Tensor self, long[] kernel_size, long[] stride, long[] padding, long[] dilation, bool ceil_mode) =>
        OpMaxPool1d.Call(self, Arg.Ints(kernel_size), Arg.Ints(stride), Arg.Ints(padding), Arg.Ints(dilation), ceil_mode);

    public static Tensor max_pool2d(Tensor self, long[] kernel_size, long[] stride, long[] padding, long[] dilation, bool ceil_mode) =>
        OpMaxPool2d.Call(self, Arg.Ints(kernel_size), Arg.Ints(stride), Arg.Ints(padding), Arg.Ints(dilation), ceil_mode);

    public static Tensor avg_pool1d(Tensor self, long[] kernel_size, long[] stride, long[] padding, bool ceil_mode, bool count_include_pad) =>
        OpAvgPool1d.Call(self, Arg.Ints(kernel_size), Arg.Ints(stride), Arg.Ints(padding), ceil_mode, count_include_pad);

    public static Tensor avg_pool2d(
        Tensor self, long[] kernel_size, long[] stride, long[] padding, bool ceil_mode, bool count_include_pad, long? divisor_override) =>
        OpAvgPool2d.Call(self, Arg.Ints(kernel_size), Arg.Ints(stride), Arg.Ints(padding), ceil_mode, count_include_pad, Arg.Optional(divisor_override));

    public static Tensor adaptive_avg_pool1d(Tensor self, long[] output_size) =>
        OpAdaptiveAvgPool1d.Call(self, Arg.Ints(output_size));

    public static Tensor adaptive_avg_pool2d(Tensor self, long[] output_size) =>
        OpAdaptiveAvgPool2d.Call(self, Arg.Ints(output_size));
}
