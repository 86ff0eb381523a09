using static TorchSharp.torch;

namespace ITContrast.Losses;

/// <summary>
/// A batch as a loss sees it: embeddings of both modalities, their scores, and which pairs are not negatives of each other.
/// <code>S = V·Tᵀ,  S_ij the score of image i with caption j; row i and column i are a pair</code>
/// </summary>
public sealed record Scores
{
    /// <summary>Scores a batch.</summary>
    /// <param name="images">Unit rows V, <c>[B, D]</c>.</param>
    /// <param name="captions">Unit rows T, <c>[B, D]</c>.</param>
    /// <param name="mask">True where a pair is <em>not</em> a negative: the diagonal, and what shares its image or group. <c>[B, B]</c> bool; null masks the diagonal alone.</param>
    /// <exception cref="ShapeException">Embeddings or mask of other shapes, or a batch of no pairs.</exception>
    public Scores(Tensor images, Tensor captions, Tensor? mask = null)
    {
        if (images.ndim != 2 || captions.ndim != 2 || images.shape[0] != captions.shape[0] || images.shape[1] != captions.shape[1] || images.shape[0] == 0)
            throw new ShapeException($"Expected image and caption embeddings of one shape [B, D] with B ≥ 1, found [{string.Join(", ", images.shape)}] and [{string.Join(", ", captions.shape)}].");
        var b = images.shape[0];
        if (mask is not null && (mask.ndim != 2 || mask.shape[0] != b || mask.shape[1] != b || mask.dtype != ScalarType.Bool))
            throw new ShapeException($"Expected a mask [{b}, {b}] of bool, found [{string.Join(", ", mask.shape)}] of {mask.dtype}.");
        (Images, Captions, Matrix) = (images, captions, images.matmul(captions.T));
        Mask = mask ?? eye(b, dtype: ScalarType.Bool, device: images.device);
    }

    /// <summary>Image embeddings V, <c>[B, D]</c>.</summary>
    public Tensor Images { get; }
    /// <summary>Caption embeddings T, <c>[B, D]</c>.</summary>
    public Tensor Captions { get; }
    /// <summary>S, <c>[B, B]</c>, image rows and caption columns.</summary>
    public Tensor Matrix { get; }
    /// <summary>True where a pair is not a negative, <c>[B, B]</c>.</summary>
    public Tensor Mask { get; }
}
