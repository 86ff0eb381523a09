using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Torch;

/// <summary>How images lie in memory.</summary>
public static class MemoryLayout
{
    /// <summary>
    /// The same <c>[N, C, H, W]</c> tensor with the channels of one pixel side by side, the order in which the CPU's convolutions are
    /// fastest; the layout follows through convolutions, normalisation and pointwise operators.
    /// </summary>
    /// <exception cref="ArgumentException">The tensor is not four-dimensional.</exception>
    public static Tensor ToChannelsLast(this Tensor images)
    {
        ArgumentNullException.ThrowIfNull(images);
        if (images.dim() != 4)
            throw new ArgumentException(
                $"channels-last is a layout of [N, C, H, W] tensors, got [{string.Join(", ", images.shape)}].", nameof(images));
#if TORCH_SYSTEM
        return images.InFormat(MemoryFormat.ChannelsLast);
#else
        using Tensor moved = images.permute(0, 2, 3, 1);
        using Tensor packed = moved.contiguous();
        return packed.permute(0, 3, 1, 2);
#endif
    }

    /// <summary>Whether the channels of one pixel lie side by side.</summary>
    public static bool IsChannelsLast(this Tensor images)
    {
        ArgumentNullException.ThrowIfNull(images);
        if (images.dim() != 4) return false;
        using Tensor moved = images.permute(0, 2, 3, 1);
        return moved.is_contiguous();
    }
}
