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

    /// <summary>Evaluates many positives a query, one direction; see <see cref="ExtendedRetrieval"/>.</summary>
    public static ExtendedReport Evaluate(EmbeddingFile queries, EmbeddingFile gallery, IReadOnlyList<int[]> positives, RetrievalOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(queries);
        ArgumentNullException.ThrowIfNull(gallery);
        using var scope = NewDisposeScope();
        return ExtendedRetrieval.Evaluate(queries.Rows(), gallery.Rows(), positives, options ?? new());
    }

    /// <summary>Evaluates with a correction learned from the test set itself; see <see cref="CorrectedRetrieval"/>.</summary>
    public static CorrectedReport Correct(
        EmbeddingFile images, EmbeddingFile captions, int[] imageOf, ScoreCorrection correction, RetrievalOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(captions);
        return CorrectedRetrieval.Evaluate(images.Rows(), captions.Rows(), imageOf, correction, null, null, options ?? new());
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

    /// <summary>A <c>.npy</c> of int64 of a given length: ids, groups, families.</summary>
    /// <exception cref="DataException">Another type or length.</exception>
    public static long[] Integers(string path, int count, string what)
    {
        using NpyFile file = NpyFile.Open(path);
        if (file.Dtype is not (ElementType.Int64 or ElementType.Int32))
            throw DataException.At(path, "", $"int64 ({what})", file.Dtype.ToString());
        if (file.Shape.Count != 1 || file.Shape[0] != count)
            throw DataException.At(path, "", $"[{count}] ({what})", $"[{string.Join(", ", file.Shape)}]");
        var values = new long[count];
        file.View.ReadIntegers(0, values);
        return values;
    }
}
