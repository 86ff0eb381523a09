using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Data;

/// <summary>
/// B image-caption pairs: row i of the images belongs to row i of the captions. An image may occur twice (two of its captions);
/// <see cref="SameImage"/> and <see cref="SameGroup"/> say which other entries of the batch are no negatives. Dispose it after the step.
/// </summary>
public sealed class PairBatch : IDisposable
{
    /// <summary>Takes ownership of both halves and works out who shares an image or a group with whom.</summary>
    /// <param name="images">Images, of all pairs or of one process's share of them.</param>
    /// <param name="captions">Their captions.</param>
    /// <param name="captionRows">Of all pairs, as the following.</param>
    /// <param name="imageIds">The images' ids.</param>
    /// <param name="groups">The images' groups.</param>
    /// <param name="captionIds">The captions' ids.</param>
    /// <param name="shares">How many processes share the batch: images and captions are one of so many equal shares.</param>
    /// <exception cref="ShapeException">The halves or the id arrays differ in length.</exception>
    public PairBatch(ImageBatch images, CaptionBatch captions, int[] captionRows, long[] imageIds, long[] groups, long[] captionIds, int shares = 1)
    {
        int n = images.Size * shares;
        foreach ((string name, int length) in new[] { ("captions", captions.Size * shares), ("captionRows", captionRows.Length), ("imageIds", imageIds.Length),
                     ("groups", groups.Length), ("captionIds", captionIds.Length) })
            if (length != n) throw ShapeException.Of(name, $"{n} (as many as images)", [length]);
        (Images, Captions, CaptionRows, ImageIds, Groups, CaptionIds) = (images, captions, captionRows, imageIds, groups, captionIds);
        SameImage = Equal(imageIds, imageIds, imageIds);
        SameGroup = Equal(groups, groups, imageIds);
    }

    /// <summary>The images, one a pair.</summary>
    public ImageBatch Images { get; }

    /// <summary>The captions, one a pair.</summary>
    public CaptionBatch Captions { get; }

    /// <summary>The pairs' caption rows in the data set.</summary>
    public int[] CaptionRows { get; }

    /// <summary>The images' ids (COCO id, Flickr index, pictocap's imgid).</summary>
    public long[] ImageIds { get; }

    /// <summary>The images' groups: concept, or the image itself where the data set has no concepts.</summary>
    public long[] Groups { get; }

    /// <summary>The captions' ids.</summary>
    public long[] CaptionIds { get; }

    /// <summary><c>[B, B]</c> bool: entry (i, j) is true where image i and caption j share a group; the diagonal is true.</summary>
    public Tensor SameGroup { get; }

    /// <summary><c>[B, B]</c> bool: entry (i, j) is true where caption j was written for image i; the diagonal is true.</summary>
    public Tensor SameImage { get; }

    /// <summary>The number of pairs.</summary>
    public int Size => ImageIds.Length;

    /// <summary>Frees all tensors.</summary>
    public void Dispose()
    {
        Images.Dispose();
        Captions.Dispose();
        SameGroup.Dispose();
        SameImage.Dispose();
    }

    private static Tensor Equal(long[] left, long[] right, long[] ids)
    {
        int n = left.Length;
        Tensor same = zeros([n, n], torch.@bool).DetachFromDisposeScope();
        Span<byte> cells = same.bytes;
        for (int i = 0; i < n; i++)
            for (int j = 0; j < n; j++)
                cells[i * n + j] = left[i] == right[j] || ids[i] == ids[j] ? (byte)1 : (byte)0;
        return same;
    }
}
