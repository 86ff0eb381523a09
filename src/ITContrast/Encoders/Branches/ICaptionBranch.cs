using ITContrast.Data;
using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Encoders.Branches;

/// <summary>The caption half of a <see cref="PairEncoder"/>.</summary>
public interface ICaptionBranch
{
    /// <summary>D.</summary>
    int Dimension { get; }

    /// <summary>All parameters and buffers.</summary>
    nn.Module Module { get; }

    /// <summary>Embeds captions: <c>[B, D]</c>, not normalised.</summary>
    Tensor Embed(CaptionBatch batch);
}
