using ITContrast.Data;
using static TorchSharp.torch;

namespace ITContrast.Evaluation.Reranking;

/// <summary>A cross-encoder: it reads an image and a caption together, so it scores pairs and has no embeddings to compare.</summary>
public interface IMatcher
{
    /// <summary>How well image b matches caption b.</summary>
    /// <param name="images">B images.</param>
    /// <param name="captions">B captions.</param>
    /// <returns>Scores <c>[B]</c>, higher is better; the caller disposes them.</returns>
    Tensor Score(ImageBatch images, CaptionBatch captions);
}
