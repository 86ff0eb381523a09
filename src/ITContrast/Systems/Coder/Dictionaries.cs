using ITContrast.Losses;
using ITContrast.Negatives;
using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Systems.Coder;

/// <summary>
/// The two queues of one branch, images and captions, and the contrast against both: image anchors over queued captions, caption anchors over queued images.
/// </summary>
internal sealed class Dictionaries : nn.Module
{
    private readonly KeyQueue images, captions;

    public Dictionaries(int length, int dimension, ulong seed, string name) : base(name)
    {
        using var imageRandom = new RandomStream(seed, $"{name}.images").Generator();
        using var captionRandom = new RandomStream(seed, $"{name}.captions").Generator();
        (images, captions) = (new KeyQueue(length, dimension, imageRandom), new KeyQueue(length, dimension, captionRandom));
        RegisterComponents();
    }

    /// <summary>The queue term of one branch, both directions added.</summary>
    public Tensor Loss(WeightedPairLoss loss, Pair queries, Pair keys, Tensor imageIds) =>
        captions.Loss(loss, queries.Images, keys.Captions, imageIds) + images.Loss(loss, queries.Captions, keys.Images, imageIds);

    /// <summary>The in-batch loss whose pairs are weighted by how crowded the queues are around them; the weights carry no gradient.</summary>
    public LossResult Crowded(HalGlobal loss, Scores scores, Pair keys, Tensor imageIds)
    {
        Tensor ofImages, ofCaptions;
        using (no_grad())
        {
            ofImages = captions.Score(scores.Images, keys.Captions, imageIds).Negatives;
            ofCaptions = images.Score(scores.Captions, keys.Images, imageIds).Negatives;
        }
        return loss.Compute(scores, ofImages, ofCaptions);
    }

    /// <summary>Takes a batch's keys in.</summary>
    public void Enqueue(Pair keys, Tensor imageIds)
    {
        images.Enqueue(keys.Images, imageIds);
        captions.Enqueue(keys.Captions, imageIds);
    }
}

/// <summary>Embeddings of both modalities, <c>[B, D]</c> each.</summary>
internal readonly record struct Pair(Tensor Images, Tensor Captions)
{
    public Pair KeepBeyondScope() => new(Images.DetachFromDisposeScope(), Captions.DetachFromDisposeScope());

    public void Dispose()
    {
        Images.Dispose();
        Captions.Dispose();
    }
}
