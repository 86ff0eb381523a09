using ITContrast.Data;
using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Encoders;

/// <summary>Two encoders into one space: images and captions become unit vectors whose dot product is their score.</summary>
public interface IPairEncoder
{
    /// <summary>D, the width of the shared space.</summary>
    int Dimension { get; }

    /// <summary>All parameters and buffers.</summary>
    nn.Module Module { get; }

    /// <summary>Whether embedding talks to other processes: then all of them must embed in one order, and nothing beside.</summary>
    bool TalksToPeers => false;

    /// <summary>Embeds images.</summary>
    /// <returns><c>[B, D]</c>, unit rows.</returns>
    /// <exception cref="ArgumentException">The encoder does not take images of this kind.</exception>
    Tensor Images(ImageBatch batch);

    /// <summary>Embeds captions.</summary>
    /// <returns><c>[B, D]</c>, unit rows.</returns>
    Tensor Captions(CaptionBatch batch);
}
