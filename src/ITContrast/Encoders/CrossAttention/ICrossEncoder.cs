using ITContrast.Data;
using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Encoders.CrossAttention;

/// <summary>
/// Scores an image with a caption by looking at both: there is no embedding whose dot product is the score. Each half is encoded once and the
/// scores are computed set against set, so a gallery is scored in tiles.
/// </summary>
public interface ICrossEncoder
{
    /// <summary>D, the width of a member.</summary>
    int Dimension { get; }

    /// <summary>All parameters and buffers.</summary>
    nn.Module Module { get; }

    /// <summary>The regions of each image.</summary>
    FragmentSets Images(ImageBatch batch);

    /// <summary>The words of each caption.</summary>
    FragmentSets Captions(CaptionBatch batch);

    /// <summary>Scores of every image with every caption, <c>[N, M]</c>, attached; higher is better.</summary>
    Tensor Scores(FragmentSets images, FragmentSets captions);
}
