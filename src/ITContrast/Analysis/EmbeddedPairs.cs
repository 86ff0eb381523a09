using ITContrast.Evaluation;
using ITContrast.Evaluation.Ranking;
using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Analysis;

/// <summary>
/// Images and captions as vectors, with the image of each caption and, where known, the group (concept) of each image: what every analysis takes.
/// Shapes and finiteness are checked here, once. An item of the query's image is a positive; an item of another image in the query's group is
/// neither positive nor negative; the rest are negatives.
/// </summary>
public sealed class EmbeddedPairs : IDisposable
{
    private readonly bool ownsTensors;

    private EmbeddedPairs(Rows images, Rows captions, int[] imageOf, long[]? groups, bool ownsTensors)
    {
        Pairing.Require(images, captions, imageOf);
        if (groups is not null && groups.Length != images.Count)
            throw new ShapeException($"groups: expected one group an image row, {images.Count}, found {groups.Length}.");
        (Images, Captions, ImageOf, Groups, this.ownsTensors) = (images, captions, imageOf, groups, ownsTensors);
        CaptionQuery = new("caption query → images", "images", captions, images, imageOf, [.. Enumerable.Range(0, images.Count)], groups);
        ImageQuery = new("image query → captions", "captions", images, captions, [.. Enumerable.Range(0, images.Count)], imageOf, groups);
    }

    /// <summary>From tensors; the pairs hold their own references until disposed.</summary>
    /// <param name="images">Image embeddings, <c>[N, D]</c>; fp32, or bf16 or fp16, which convert exactly.</param>
    /// <param name="captions">Caption embeddings, <c>[M, D]</c>.</param>
    /// <param name="imageOf">Per caption the row of its image, <c>[M]</c>; every image needs at least one caption.</param>
    /// <param name="groups">Per image its concept, <c>[N]</c>; null where each image stands alone.</param>
    /// <exception cref="ShapeException">Widths or lengths disagree, an image row is not there, or has no caption.</exception>
    /// <exception cref="DataException">A value is not finite; the message names the row.</exception>
    public static EmbeddedPairs Of(Tensor images, Tensor captions, int[] imageOf, long[]? groups = null)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable quiet = no_grad();
        EmbeddedPairs pairs = new(Rows.Of(images, "images"), Rows.Of(captions, "captions"), imageOf, groups, ownsTensors: true);
        pairs.Images.Tensor!.DetachFromDisposeScope();
        pairs.Captions.Tensor!.DetachFromDisposeScope();
        return pairs;
    }

    /// <summary>From files, which are mapped and must stay open while the pairs are in use.</summary>
    /// <inheritdoc cref="Of(Tensor, Tensor, int[], long[])"/>
    public static EmbeddedPairs Of(EmbeddingFile images, EmbeddingFile captions, int[] imageOf, long[]? groups = null)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(captions);
        return new(images.Rows(), captions.Rows(), imageOf, groups, ownsTensors: false);
    }

    /// <summary>Images, N.</summary>
    public int ImageCount => Images.Count;

    /// <summary>Captions, M.</summary>
    public int CaptionCount => Captions.Count;

    /// <summary>Whether groups are known, so that images of one concept can be told apart from true negatives.</summary>
    public bool HasGroups => Groups is not null;

    internal Rows Images { get; }
    internal Rows Captions { get; }
    internal int[] ImageOf { get; }
    internal long[]? Groups { get; }
    internal QueryDirection CaptionQuery { get; }
    internal QueryDirection ImageQuery { get; }

    /// <summary>Frees the references to the tensors.</summary>
    public void Dispose()
    {
        if (!ownsTensors) return;
        Images.Tensor!.Dispose();
        Captions.Tensor!.Dispose();
    }
}
