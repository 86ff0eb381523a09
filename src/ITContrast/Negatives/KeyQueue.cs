using ITContrast.Losses;
using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Negatives;

/// <summary>
/// A dynamic dictionary of one modality: the last K keys that a momentum encoder made, first in, first out, each with the id of its image.
/// <code>
///   order of a step: encode queries → momentum update → encode keys → loss against the OLD queue → enqueue keys
/// </code>
/// Keys start as random unit vectors (USER starts with <c>torch.rand</c>, all in one cone: not copied) and are masked until their slot has been filled.
/// Keys of the anchor's own image are masked: USER does not, and meets K·4/(N−1) of them per query [C].
/// Keys may be kept in bfloat16, as mixed precision keeps what takes no gradient: anchors are rounded to it before they meet them, sums are of float32 [I].
/// Source: CODER, momentum dictionaries for both modalities [A]; USER (TIP 2024) [V].
/// </summary>
public sealed class KeyQueue : nn.Module
{
    private const long Unfilled = -1;
    private readonly Tensor keys, ids, cursor;

    /// <summary>Creates an empty queue.</summary>
    /// <param name="capacity">K, keys held; at least 1.</param>
    /// <param name="dimension">D.</param>
    /// <param name="random">Generator of the starting keys' named stream.</param>
    /// <param name="type">What keys are kept in, float32 when null.</param>
    public KeyQueue(int capacity, int dimension, Generator random, ScalarType? type = null) : base(nameof(KeyQueue))
    {
        if (capacity < 1) throw new ArgumentOutOfRangeException(nameof(capacity), $"capacity is {capacity}; use at least 1.");
        if (dimension < 1) throw new ArgumentOutOfRangeException(nameof(dimension), $"dimension is {dimension}; use at least 1.");
        (Capacity, Dimension) = (capacity, dimension);
        keys = nn.functional.normalize(randn(capacity, dimension, generator: random)).to(type ?? ScalarType.Float32);
        ids = full(capacity, Unfilled, dtype: ScalarType.Int64);
        cursor = zeros(1, dtype: ScalarType.Int64);
        RegisterComponents();
    }

    /// <summary>K.</summary>
    public int Capacity { get; }
    /// <summary>D.</summary>
    public int Dimension { get; }
    /// <summary>The keys, <c>[K, D]</c>, unit rows (to 2⁻⁸ in bfloat16), by slot and not by age.</summary>
    public Tensor Keys => keys;
    /// <summary>Image ids of the slots, <c>[K]</c> int64; −1 where unfilled.</summary>
    public Tensor ImageIds => ids;

    /// <summary>Replaces the oldest keys.</summary>
    /// <param name="newKeys">Unit rows <c>[B, D]</c>, any B; of more than K the last K stay.</param>
    /// <param name="imageIds">Their image ids, <c>[B]</c> int64, at least 0.</param>
    /// <exception cref="ShapeException">Keys are not <c>[B, D]</c> with as many ids.</exception>
    public void Enqueue(Tensor newKeys, Tensor imageIds)
    {
        if (newKeys.ndim != 2 || newKeys.shape[1] != Dimension || imageIds.ndim != 1 || imageIds.shape[0] != newKeys.shape[0])
            throw new ShapeException(
                $"Expected keys [B, {Dimension}] and image ids [B], found [{string.Join(", ", newKeys.shape)}] and [{string.Join(", ", imageIds.shape)}].");
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        // The last K of them, in one run of slots or in two around the end.
        long count = newKeys.shape[0], taken = Math.Max(0, count - Capacity);
        for (long slot = (cursor.item<long>() + taken) % Capacity, run; taken < count; taken += run, slot = 0)
        {
            run = Math.Min(count - taken, Capacity - slot);
            keys.narrow(0, slot, run).copy_(newKeys.narrow(0, taken, run));
            ids.narrow(0, slot, run).copy_(imageIds.narrow(0, taken, run));
        }
        cursor.copy_((cursor + count).remainder(Capacity));
    }

    /// <summary>
    /// Anchors against this queue; unfilled and same-image slots are masked.
    /// </summary>
    /// <param name="anchors">Unit rows of the other modality, <c>[B, D]</c>, attached.</param>
    /// <param name="positives">The momentum encoder's keys of the anchors' own pairs, <c>[B, D]</c>, detached.</param>
    /// <param name="imageIds">Image ids of the anchors, <c>[B]</c> int64.</param>
    public QueueScores Score(Tensor anchors, Tensor positives, Tensor imageIds) => new(Negatives(anchors, imageIds), (anchors * positives.detach()).sum(1));

    /// <summary>The queue term of a loss: what <see cref="Score"/> gives, weighted, without keeping <c>[B, K]</c> numbers for the backward pass.</summary>
    /// <param name="loss">The weighting.</param>
    /// <param name="anchors">As for <see cref="Score"/>.</param>
    /// <param name="positives">As for <see cref="Score"/>.</param>
    /// <param name="imageIds">As for <see cref="Score"/>.</param>
    public Tensor Loss(WeightedPairLoss loss, Tensor anchors, Tensor positives, Tensor imageIds) =>
        Loss(anchors, loss.Pull(this, anchors, positives, imageIds));

    /// <summary>The queue term of anchors and what <see cref="WeightedPairLoss.Pull"/> found for them.</summary>
    internal static Tensor Loss(Tensor anchors, Tensor pull) => (anchors * pull).sum() / anchors.shape[0];

    /// <summary>Scores of the queued keys, <c>[B, K]</c>: the first half of <see cref="Score"/>.</summary>
    internal Tensor Negatives(Tensor anchors, Tensor imageIds) =>
        Rounded(anchors).matmul(keys.T.to(anchors.dtype)).masked_fill(Mask(imageIds), double.NegativeInfinity);

    // As keys in bfloat16 are; the gradient passes as if anchors were not.
    private Tensor Rounded(Tensor anchors)
    {
        if (keys.dtype != ScalarType.BFloat16) return anchors;
        var plain = anchors.detach();
        return anchors + (plain.to(ScalarType.BFloat16).to(plain.dtype) - plain);
    }

    private Tensor Mask(Tensor imageIds)
    {
        using var scope = NewDisposeScope();
        return (ids.unsqueeze(0) == imageIds.unsqueeze(1)).logical_or((ids == Unfilled).unsqueeze(0)).MoveToOuterDisposeScope();
    }
}

/// <summary>Scores of anchors against a queue.</summary>
/// <param name="Negatives">Scores of the queued keys, <c>[B, K]</c>; <c>-inf</c> where unfilled or of the anchor's own image.</param>
/// <param name="Positives">Scores with the own pair's key, <c>[B]</c>.</param>
public sealed record QueueScores(Tensor Negatives, Tensor Positives);
