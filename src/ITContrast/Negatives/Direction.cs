using ITContrast.Losses;
using static TorchSharp.torch;

namespace ITContrast.Negatives;

/// <summary>
/// One direction of retrieval seen from its anchors: every anchor <c>q_i</c> against the keys <c>k_j</c> of the other modality.
/// A contrastive loss is the mean over the two directions of a batch, so negatives, synthesis and loss are each written once.
/// </summary>
/// <param name="Anchors">Unit rows <c>q</c>, <c>[B, D]</c>.</param>
/// <param name="Keys">Unit rows of the other modality, <c>[N, D]</c>; in-batch N = B.</param>
/// <param name="Scores"><c>s_ij = q_iᵀk_j</c>, <c>[B, N]</c>, attached to both encoders.</param>
/// <param name="Mask">True where key j is <em>not</em> a negative of anchor i: its positive, and whatever shares its image or group. <c>[B, N]</c>.</param>
/// <param name="PositiveIndex">The key that is anchor i's positive, <c>[B]</c> int64.</param>
public sealed record Direction(Tensor Anchors, Tensor Keys, Tensor Scores, Tensor Mask, Tensor PositiveIndex)
{
    /// <summary>Number of anchors B.</summary>
    public long Count => Anchors.shape[0];

    /// <summary>Number of keys N.</summary>
    public long KeyCount => Keys.shape[0];

    /// <summary><c>s⁺_i</c>, the score of anchor i with its positive, <c>[B]</c>, attached.</summary>
    public Tensor Positives => Scores.gather(1, PositiveIndex.unsqueeze(1)).squeeze(1);

    /// <summary>Scores of the negatives, <c>-inf</c> where masked, <c>[B, N]</c>, attached.</summary>
    public Tensor Negatives => Scores.masked_fill(Mask, double.NegativeInfinity);

    /// <summary>Image anchors over the captions of the batch.</summary>
    public static Direction OfImages(Scores scores) =>
        new(scores.Images, scores.Captions, scores.Matrix, scores.Mask, Diagonal(scores.Matrix));

    /// <summary>Caption anchors over the images of the batch.</summary>
    public static Direction OfCaptions(Scores scores) =>
        new(scores.Captions, scores.Images, scores.Matrix.T, scores.Mask.T, Diagonal(scores.Matrix));

    private static Tensor Diagonal(Tensor matrix) => arange(matrix.shape[0], dtype: ScalarType.Int64, device: matrix.device);
}
