using static TorchSharp.torch;

namespace ITContrast.Experiments.Exercises;

/// <summary>What a loss is written for.</summary>
/// <param name="S">Scores, <c>[B, B]</c> float64: images by row, captions by column; row i and column i are a pair.</param>
/// <param name="Mask"><c>[B, B]</c> bool: true where a pair is not a negative (the diagonal, and pairs of one image).</param>
/// <param name="Tau">τ, the temperature; for losses that have one.</param>
/// <param name="Alpha">α, the margin; for losses that have one.</param>
public sealed record LossTask(Tensor S, Tensor Mask, double Tau, double Alpha)
{
    internal Tensor Images { get; init; } = null!;
    internal Tensor Captions { get; init; } = null!;
    internal long[] Groups { get; init; } = [];
}

/// <summary>What weights of negatives are written for.</summary>
/// <param name="S">Scores of B anchors with their N negatives, <c>[B, N]</c> float64.</param>
/// <param name="Mu">μ, how sharply the weight grows with the score; above 0.</param>
/// <param name="Gamma">γ, the score from which on a negative counts as hard.</param>
public sealed record WeightTask(Tensor S, double Mu, double Gamma);

/// <summary>What a shift along the modality gap is written for.</summary>
/// <param name="X">Images, unit rows <c>[N, D]</c>, float64.</param>
/// <param name="Y">Captions, unit rows <c>[M, D]</c>, float64.</param>
/// <param name="Delta">δ, how far to move.</param>
public sealed record GapTask(Tensor X, Tensor Y, double Delta);

/// <summary>What a loss over masked words is written for.</summary>
/// <param name="Z">Scores of every word at every place of a text, <c>[L, V]</c> float64.</param>
/// <param name="Labels">Per place the word to be predicted, or −100 where there is none, <c>[L]</c>.</param>
public sealed record WordTask(Tensor Z, long[] Labels);

/// <summary>What a softmax over scores is written for.</summary>
/// <param name="S">Scores of B anchors with N items, <c>[B, N]</c> float64.</param>
/// <param name="Tau">τ, above 0.</param>
public sealed record SoftmaxTask(Tensor S, double Tau);

/// <summary>What a mask of a batch is written for.</summary>
/// <param name="ImageIds">Per pair its image, <c>[B]</c>.</param>
/// <param name="Groups">Per pair its concept, <c>[B]</c>; images of one concept match each other's captions, and pairs of one image share their
/// concept.</param>
public sealed record MaskTask(long[] ImageIds, long[] Groups);

/// <summary>What an operator is written for: one anchor and what it may be mixed with; every vector is a unit row <c>[D]</c>, float64.</summary>
/// <param name="Q">The anchor, <c>[D]</c>.</param>
/// <param name="P">Its positive, <c>[D]</c>.</param>
/// <param name="N">Its K hardest negatives, <c>[K, D]</c>, from hard to easy.</param>
/// <param name="A">The mixing coefficient.</param>
/// <param name="TauH">τ_h, the temperature of hardness weights; for operators that weight.</param>
public sealed record MixTask(Tensor Q, Tensor P, Tensor N, double A, double TauH);

/// <summary>What ranks and recall are written for. Scores are small integers, so that ties happen.</summary>
/// <param name="S">Scores, <c>[N, M]</c> float64: images by row, captions by column.</param>
/// <param name="ImageOf">Per caption the row of its image, <c>[M]</c>.</param>
/// <param name="K">K of Recall@K.</param>
public sealed record RankTask(Tensor S, int[] ImageOf, int K)
{
    internal Tensor Images { get; init; } = null!;
    internal Tensor Captions { get; init; } = null!;
}
