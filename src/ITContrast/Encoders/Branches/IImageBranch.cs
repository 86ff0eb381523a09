using ITContrast.Data;
using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Encoders.Branches;

/// <summary>The image half of a <see cref="PairEncoder"/>.</summary>
public interface IImageBranch
{
    /// <summary>D.</summary>
    int Dimension { get; }

    /// <summary>All parameters and buffers.</summary>
    nn.Module Module { get; }

    /// <summary>Embeds images: <c>[B, D]</c>, not normalised.</summary>
    /// <exception cref="ArgumentException">The branch does not take images of this kind, or an image has no region.</exception>
    Tensor Embed(ImageBatch batch);
}
