using ITContrast.Losses;
using ITContrast.Negatives;
using ITContrast.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Systems.Coder;

/// <summary>
/// The two queues of one branch, images and captions, and the contrast against both: image anchors over queued captions, caption anchors over queued images.
/// </summary>
internal sealed class Dictionaries : nn.Module
{
    private readonly KeyQueue images, captions;

    public Dictionaries(int length, int dimension, ScalarType type, ulong seed, string name) : base(name)
    {
        using var imageRandom = new RandomStream(seed, $"{name}.images").Generator();
        using var captionRandom = new RandomStream(seed, $"{name}.captions").Generator();
        (images, captions) = (new KeyQueue(length, dimension, imageRandom, type), new KeyQueue(length, dimension, captionRandom, type));
        RegisterComponents();
    }

    /// <summary>The queue terms of all branches, each both directions added: the caption anchors' halves are found beside the image anchors'.</summary>
    public static Tensor[] Losses(WeightedPairLoss loss, Tensor imageIds, params IReadOnlyList<(Dictionaries Queues, Pair Queries, Pair Keys)> branches)
    {
        using SideTask<Tensor> beside = new(() =>
            stack([.. branches.Select(b => loss.Pull(b.Queues.images, b.Queries.Captions, b.Keys.Images, imageIds))]).DetachFromDisposeScope());
        Tensor[] ofImages = [.. branches.Select(b => b.Queues.captions.Loss(loss, b.Queries.Images, b.Keys.Captions, imageIds))];
        using var pulls = beside.Result;
        return [.. branches.Select((b, i) => ofImages[i] + KeyQueue.Loss(b.Queries.Captions, pulls[i]))];
    }

    /// <summary>The in-batch loss whose pairs are weighted by how crowded the queues are around them; the weights carry no gradient.</summary>
    public LossResult Crowded(HalGlobal loss, Scores scores, Tensor imageIds)
    {
        Tensor ofImages, ofCaptions;
        using (no_grad()) (ofImages, ofCaptions) = (captions.Negatives(scores.Images, imageIds), images.Negatives(scores.Captions, imageIds));
        return loss.Compute(scores, ofImages, ofCaptions);
    }

    /// <summary>Takes a batch's keys in.</summary>
    public void Enqueue(Pair keys, Tensor imageIds)
    {
        images.Enqueue(keys.Images, imageIds);
        captions.Enqueue(keys.Captions, imageIds);
    }
}
