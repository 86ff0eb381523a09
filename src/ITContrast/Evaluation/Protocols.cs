using ITContrast.Evaluation.Ranking;
using static TorchSharp.torch;

namespace ITContrast.Evaluation;

/// <summary>
/// The field's protocols over <see cref="Retrieval"/>. vsepp and SCAN print, in fold mode, an "rsum" of 6 times the image query's average (a
/// wrong index); that number is not reproduced: rsum here is the mean of the folds' own. Source: vsepp, SCAN, vse_infty evaluation code [V].
/// </summary>
public static class Protocols
{
    private const int FoldImages = 1000, CocoImages = 5000;

    private static readonly (string Name, RetrievalProtocol Protocol)[] Named =
    [
        ("whole", RetrievalProtocol.Whole), ("f30k-1k", RetrievalProtocol.Flickr1K), ("coco-5k", RetrievalProtocol.Coco5K),
        ("coco-1k", RetrievalProtocol.Coco1K), ("coco-1k-first-fold", RetrievalProtocol.Coco1KFirstFold), ("first-1000", RetrievalProtocol.First1000),
    ];

    /// <summary>The names that reports and the command line use.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Named.Select(entry => entry.Name)];

    /// <summary>The protocol of that name.</summary>
    /// <exception cref="ArgumentException">There is none; the message lists them.</exception>
    public static RetrievalProtocol Parse(string name) =>
        Array.Find(Named, entry => entry.Name == name) is { Name: not null } found
            ? found.Protocol
            : throw new ArgumentException($"There is no protocol '{name}'; there are {string.Join(", ", Names)}.");

    /// <summary>The protocol's name.</summary>
    public static string Name(RetrievalProtocol protocol) => Array.Find(Named, entry => entry.Protocol == protocol).Name;

    /// <summary>Evaluates under a protocol.</summary>
    /// <param name="images">Image embeddings in the split's order, <c>[N, D]</c>.</param>
    /// <param name="captions">Caption embeddings, <c>[M, D]</c>.</param>
    /// <param name="imageOf">Per caption the row of its image, <c>[M]</c>.</param>
    /// <param name="protocol">Which rows meet which.</param>
    /// <param name="options">As for <see cref="Retrieval.Evaluate"/>.</param>
    /// <exception cref="ShapeException">The protocol asks for another number of images; otherwise as <see cref="Retrieval.Evaluate"/>.</exception>
    public static ProtocolReport Evaluate(
        Tensor images, Tensor captions, int[] imageOf, RetrievalProtocol protocol, RetrievalOptions? options = null)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        return Evaluate(Rows.Of(images, "images"), Rows.Of(captions, "captions"), imageOf, protocol, options ?? new());
    }

    /// <summary>A report of everything against everything, as the protocol "whole" gives it.</summary>
    public static ProtocolReport Whole(RetrievalReport report) => new(RetrievalProtocol.Whole, [report]);

    internal static ProtocolReport Evaluate(Rows images, Rows captions, int[] imageOf, RetrievalProtocol protocol, RetrievalOptions options)
    {
        Pairing.Require(images, captions, imageOf, options.Distractors);
        (int wanted, int folds) = protocol switch
        {
            RetrievalProtocol.Flickr1K => (FoldImages, 1),
            RetrievalProtocol.Coco5K => (CocoImages, 1),
            RetrievalProtocol.Coco1K => (CocoImages, CocoImages / FoldImages),
            RetrievalProtocol.Coco1KFirstFold => (CocoImages, 1),
            _ => (images.Count, 1),
        };
        if (images.Count != wanted || (protocol == RetrievalProtocol.First1000 && images.Count < FoldImages))
            throw new ShapeException(
                $"Protocol {Name(protocol)} expects {(protocol == RetrievalProtocol.First1000 ? "at least 1000" : wanted)} images, found {images.Count}. " +
                "Use 'whole' for other sets.");
        bool part = protocol is RetrievalProtocol.Coco1K or RetrievalProtocol.Coco1KFirstFold or RetrievalProtocol.First1000;
        return new(protocol, [.. Enumerable.Range(0, folds).Select(fold =>
            part ? Fold(images, captions, imageOf, fold * FoldImages, options) : Retrieval.Rank(images, captions, imageOf, options))]);
    }

    private static RetrievalReport Fold(Rows images, Rows captions, int[] imageOf, int start, RetrievalOptions options)
    {
        int[] rows = [.. Enumerable.Range(0, imageOf.Length).Where(caption => imageOf[caption] >= start && imageOf[caption] < start + FoldImages)];
        bool consecutive = rows[^1] - rows[0] == rows.Length - 1;
        Rows own = consecutive ? captions.Slice(rows[0], rows.Length) : captions.Gather(rows);
        return Retrieval.Rank(images.Slice(start, FoldImages), own, [.. rows.Select(caption => imageOf[caption] - start)], options);
    }
}
