using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ITContrast.Encoders;

/// <summary>
/// A small convolutional network from pixels to the vectors of a regular grid of regions, read row by row.
/// <code>
///   x₀ = 2·pool₂(pixels) − 1        x_k = gelu(groupnorm(conv3×3(x_{k−1})))        each stage halves the grid
///   [N, 3, 64, 64] → [N, 3, 32, 32] → [N, c, 16, 16] → [N, 2c, 8, 8] → [N, 4c, 4, 4] → [N, 16, 4c]
/// </code>
/// The first pooling halves 64×64 drawings: at full size the network is slower and no better in the same time.
/// Batch-free normalisation keeps an image's embedding independent of the batch it came in.
/// </summary>
public sealed class ConvolutionalGridEncoder : nn.Module<Tensor, Tensor>
{
    private const int Groups = 8;

    private readonly Conv2d first, second, third;
    private readonly GroupNorm firstNorm, secondNorm, thirdNorm;

    /// <param name="width">c, the channels of the first stage; a positive multiple of 8.</param>
    public ConvolutionalGridEncoder(int width = 32) : base(nameof(ConvolutionalGridEncoder))
    {
        if (width < Groups || width % Groups != 0)
            throw new ArgumentOutOfRangeException(nameof(width), width, $"The width is a positive multiple of {Groups}.");
        RegionDimension = 4 * width;
        first = nn.Conv2d(3, width, 3, stride: 2, padding: 1);
        second = nn.Conv2d(width, 2 * width, 3, stride: 2, padding: 1);
        third = nn.Conv2d(2 * width, 4 * width, 3, stride: 2, padding: 1);
        firstNorm = nn.GroupNorm(Groups, width);
        secondNorm = nn.GroupNorm(Groups, 2 * width);
        thirdNorm = nn.GroupNorm(Groups, 4 * width);
        RegisterComponents();
    }

    /// <summary>D_r = 4c, the width of a region's vector.</summary>
    public int RegionDimension { get; }

    /// <summary>R, the regions of an image of that many pixels a side.</summary>
    public static int Regions(int side) => side / 16 * (side / 16);

    /// <param name="pixels"><c>[N, 3, H, W]</c> float32 in 0..1; sides are multiples of 16.</param>
    /// <returns><c>[N, H/16 · W/16, 4c]</c>.</returns>
    /// <exception cref="ShapeException">Not three channels, or a side that is no multiple of 16.</exception>
    public override Tensor forward(Tensor pixels)
    {
        if (pixels.ndim != 4 || pixels.shape[1] != 3 || pixels.shape[2] % 16 != 0 || pixels.shape[3] % 16 != 0)
            throw ShapeException.Of("pixels", "N, 3, H, W (H and W multiples of 16)", pixels.shape);
        using DisposeScope scope = NewDisposeScope();
        Tensor x = nn.functional.avg_pool2d(pixels, 2) * 2 - 1;
        x = Normalised(first.call(x), firstNorm).gelu();
        x = Normalised(second.call(x), secondNorm).gelu();
        x = Normalised(third.call(x), thirdNorm).flatten(2).transpose(1, 2).contiguous();
        // The last gelu comes after the transposition: libtorch 1.13's gives wrong gradients on the CPU where the incoming one is strided.
        return x.gelu().MoveToOuterDisposeScope();
    }

    // Spelt out in plain operators, whose gradients hold for every memory layout.
    private static Tensor Normalised(Tensor x, GroupNorm norm)
    {
        Tensor groups = x.reshape(x.shape[0], Groups, -1), centred = groups - groups.mean([2], keepdim: true);
        Tensor unit = centred * (centred.square().mean([2], keepdim: true) + 1e-5).rsqrt();
        return unit.reshape(x.shape) * norm.weight!.view(1, -1, 1, 1) + norm.bias!.view(1, -1, 1, 1);
    }
}
