using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Losses;

/// <summary>
/// Everything a loss reads of a batch of B pairs. Losses know scores and masks, never encoders.
/// <code>
///   S = V·Tᵀ        M_ij = [image i and caption j belong together]
/// </code>
/// </summary>
/// <param name="Images">Image embeddings V, <c>[B, D]</c>, unit rows.</param>
/// <param name="Captions">Caption embeddings T, <c>[B, D]</c>, unit rows; row i belongs to image i.</param>
/// <param name="Matrix">S, <c>[B, B]</c>: images by row, captions by column, range [-1, 1].</param>
/// <param name="Mask"><c>[B, B]</c> bool, true where a pair is not a negative: the diagonal, and every pair of one image or one concept.</param>
public sealed record Scores(Tensor Images, Tensor Captions, Tensor Matrix, Tensor Mask)
{
    /// <summary>Computes S from the embeddings.</summary>
    /// <exception cref="ShapeException">The embeddings are not two <c>[B, D]</c>, or the mask is not <c>[B, B]</c>.</exception>
    public static Scores Of(Tensor images, Tensor captions, Tensor mask)
    {
        if (images.ndim != 2) throw ShapeException.Of("image embeddings", "B, D", images.shape);
        if (!captions.shape.SequenceEqual(images.shape))
            throw ShapeException.Of("caption embeddings", $"{images.shape[0]}, {images.shape[1]} (as the images)", captions.shape);
        long n = images.shape[0];
        if (mask.ndim != 2 || mask.shape[0] != n || mask.shape[1] != n) throw ShapeException.Of("mask of pairs that belong together", $"{n}, {n}", mask.shape);
        return new(images, captions, images.matmul(captions.transpose(0, 1)), mask);
    }

    /// <summary>Scores that no embeddings stand behind, as a cross encoder's: <see cref="Images"/> and <see cref="Captions"/> are <c>[B, 0]</c>.</summary>
    /// <exception cref="ShapeException">The scores are not <c>[B, B]</c>, or the mask has another shape.</exception>
    public static Scores OfMatrix(Tensor matrix, Tensor mask)
    {
        if (matrix.ndim != 2 || matrix.shape[0] != matrix.shape[1]) throw ShapeException.Of("scores", "B, B", matrix.shape);
        if (!mask.shape.SequenceEqual(matrix.shape))
            throw ShapeException.Of("mask of pairs that belong together", $"{matrix.shape[0]}, {matrix.shape[0]}", mask.shape);
        var none = zeros([matrix.shape[0], 0], dtype: matrix.dtype, device: matrix.device);
        return new(none, none, matrix, mask);
    }
}
