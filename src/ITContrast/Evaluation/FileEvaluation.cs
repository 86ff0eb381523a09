using ITContrast.Evaluation.Corrections;
using ITContrast.Evaluation.Ranking;
using ITContrast.Torch;
using static TorchSharp.torch;

namespace ITContrast.Evaluation;

/// <summary>The evaluator on embedding files; galleries are mapped, so they may be larger than memory.</summary>
public static class FileEvaluation
{
    /// <summary>Evaluates two files under a protocol.</summary>
    /// <exception cref="ShapeException">As <see cref="Protocols.Evaluate(Tensor, Tensor, int[], RetrievalProtocol, RetrievalOptions?)"/>.</exception>
    /// <exception cref="DataException">A value is not finite.</exception>
    public static ProtocolReport Evaluate(
        EmbeddingFile images, EmbeddingFile captions, int[] imageOf, RetrievalProtocol protocol, RetrievalOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(captions);
        using var scope = NewDisposeScope();
        return Protocols.Evaluate(images.Rows(), captions.Rows(), imageOf, protocol, options ?? new());
    }

    /// <summary>Evaluates a set of extended judgements, many positives a query, one direction; see <see cref="ExtendedRetrieval"/>.</summary>
    public static ExtendedReport Evaluate(EmbeddingFile images, EmbeddingFile captions, JudgedSet judged, RetrievalOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(captions);
        ArgumentNullException.ThrowIfNull(judged);
        var (queries, gallery) = judged.ImageQuery ? (images, captions) : (captions, images);
        using var scope = NewDisposeScope();
        return ExtendedRetrieval.Evaluate(queries.Rows(), gallery.Rows(), judged.Positives, options ?? new());
    }

    /// <summary>PMRP in percent, image query and caption query; see <see cref="Evaluation.PlausibleMatch"/>.</summary>
    /// <param name="images">Image embeddings.</param>
    /// <param name="captions">Caption embeddings.</param>
    /// <param name="imageOf">Per caption the row of its image, whose labels it has.</param>
    /// <param name="labels">A <c>.npy</c> of bool or uint8, <c>[N, L]</c> of 0 and 1, L at most 128: an image's object classes.</param>
    /// <param name="options">Threads; the rest is not used.</param>
    /// <exception cref="DataException">The labels have another type or shape.</exception>
    public static (double ImageQuery, double CaptionQuery) PlausibleMatch(
        EmbeddingFile images, EmbeddingFile captions, int[] imageOf, string labels, RetrievalOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(captions);
        ArgumentNullException.ThrowIfNull(imageOf);
        UInt128[] ofImages = Evaluation.PlausibleMatch.ReadLabels(labels, images.Count), ofCaptions = [.. imageOf.Select(image => ofImages[image])];
        using var scope = NewDisposeScope();
        return (Evaluation.PlausibleMatch.Evaluate(images.Rows(), captions.Rows(), ofImages, ofCaptions, options ?? new()),
            Evaluation.PlausibleMatch.Evaluate(captions.Rows(), images.Rows(), ofCaptions, ofImages, options ?? new()));
    }

    /// <summary>Evaluates with a correction; see <see cref="CorrectedRetrieval"/>.</summary>
    /// <param name="images">Image embeddings.</param>
    /// <param name="captions">Caption embeddings.</param>
    /// <param name="imageOf">Per caption the row of its image.</param>
    /// <param name="correction">Which.</param>
    /// <param name="imageBank">Images of the training split; null takes the test images (transductive).</param>
    /// <param name="captionBank">Captions of the training split; null takes the test captions (transductive).</param>
    /// <param name="options">Threads; the rest is not used.</param>
    /// <exception cref="ShapeException">As
    /// <see cref="CorrectedRetrieval.Evaluate(Tensor, Tensor, int[], ScoreCorrection, Tensor?, Tensor?, RetrievalOptions?)"/>.</exception>
    public static CorrectedReport Correct(EmbeddingFile images, EmbeddingFile captions, int[] imageOf, ScoreCorrection correction,
        EmbeddingFile? imageBank = null, EmbeddingFile? captionBank = null, RetrievalOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(captions);
        ArgumentNullException.ThrowIfNull(correction);
        return CorrectedRetrieval.Evaluate(images.Rows(), captions.Rows(), imageOf, correction, imageBank?.Rows(), captionBank?.Rows(), options ?? new());
    }

    /// <summary>
    /// Per caption the row of its image: from a <c>.npy</c> of int64, one image row a caption, or, without one, caption c belongs to image c / (M / N).
    /// </summary>
    /// <param name="path">The file, or null.</param>
    /// <param name="images">N.</param>
    /// <param name="captions">M.</param>
    /// <exception cref="DataException">Another type or length.</exception>
    /// <exception cref="ShapeException">No file, and M is not a multiple of N.</exception>
    public static int[] ImageOf(string? path, int images, int captions)
    {
        if (path == null) return Pairing.Consecutive(images, captions);
        long[] rows = Integers(path, captions, "one image row a caption");
        int bad = Array.FindIndex(rows, row => row < 0 || row >= images);
        if (bad >= 0) throw DataException.At(path, $"row {bad}", $"an image row, 0 to {images - 1}", $"{rows[bad]}");
        return [.. rows.Select(row => (int)row)];
    }

    /// <summary>A <c>.npy</c> of int64 of a given length, or <c>FILE.safetensors:NAME</c>: ids, groups, families.</summary>
    /// <exception cref="DataException">Another type or length, or no such tensor.</exception>
    public static long[] Integers(string path, int count, string what)
    {
        const string Named = ".safetensors:";
        if (path.LastIndexOf(Named, StringComparison.OrdinalIgnoreCase) is var ending and >= 0)
        {
            string name = path[(ending + Named.Length)..];
            using SafetensorsFile tensors = SafetensorsFile.Open(path[..(ending + Named.Length - 1)]);
            return tensors.Contains(name)
                ? Integers(path, tensors[name], count, what)
                : throw DataException.At(path, "", $"a tensor '{name}'", string.Join(", ", tensors.Tensors.Select(tensor => tensor.Name)));
        }
        using NpyFile file = NpyFile.Open(path);
        return Integers(path, file.View, count, what);
    }

    private static long[] Integers(string path, TensorView view, int count, string what)
    {
        if (view.Type is not (ElementType.Int64 or ElementType.Int32))
            throw DataException.At(path, "", $"int64 ({what})", view.Type.ToString());
        if (view.Shape.Count != 1 || view.Shape[0] != count)
            throw DataException.At(path, "", $"[{count}] ({what})", $"[{string.Join(", ", view.Shape)}]");
        var values = new long[count];
        view.ReadIntegers(0, values);
        return values;
    }
}
