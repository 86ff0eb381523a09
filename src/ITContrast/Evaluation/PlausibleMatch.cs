using ITContrast.Evaluation.Ranking;
using ITContrast.Torch;
using static TorchSharp.torch;

namespace ITContrast.Evaluation;

/// <summary>
/// PMRP, plausible-match R-precision: an item matches a query when their binary label vectors (COCO's 80 object classes) differ in at most ζ
/// places; R-precision with that relevance, averaged over ζ ∈ {0, 1, 2} and over queries. A caption has its image's labels.
/// Source: Chun et al., PCME (CVPR 2021) and its evaluation code [V].
/// </summary>
public static class PlausibleMatch
{
    private const int Tolerances = 3;

    /// <summary>PMRP in percent.</summary>
    /// <param name="queries">Query embeddings, <c>[Q, D]</c>.</param>
    /// <param name="gallery">Gallery embeddings, <c>[M, D]</c>.</param>
    /// <param name="queryLabels">Per query its labels as bits, at most 128.</param>
    /// <param name="galleryLabels">Per gallery row its labels as bits.</param>
    /// <param name="options">Threads; the rest is not used, every score is taken by definition.</param>
    /// <exception cref="ShapeException">Lengths or widths disagree.</exception>
    public static double Evaluate(
        Tensor queries, Tensor gallery, UInt128[] queryLabels, UInt128[] galleryLabels, RetrievalOptions? options = null)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        ArgumentNullException.ThrowIfNull(queryLabels);
        ArgumentNullException.ThrowIfNull(galleryLabels);
        return Evaluate(Rows.Of(queries, "queries"), Rows.Of(gallery, "gallery"), queryLabels, galleryLabels, options ?? new());
    }

    /// <summary>Label vectors from a <c>.npy</c> of bool or uint8, <c>[N, L]</c> of 0 and 1, L at most 128.</summary>
    /// <param name="path">The file.</param>
    /// <param name="count">N.</param>
    /// <exception cref="DataException">Another type or shape, or a value that is neither 0 nor 1.</exception>
    public static UInt128[] ReadLabels(string path, int count)
    {
        using NpyFile file = NpyFile.Open(path);
        if (file.Dtype is not (ElementType.Bool or ElementType.UInt8))
            throw DataException.At(path, "", "bool or uint8 labels", file.Dtype.ToString());
        if (file.Shape.Count != 2 || file.Shape[0] != count || file.Shape[1] is < 1 or > 128)
            throw DataException.At(path, "", $"[{count}, L] with L of 1 to 128 labels", $"[{string.Join(", ", file.Shape)}]");
        byte[] values = file.View.ToArray<byte>();
        int width = (int)file.Shape[1], bad = Array.FindIndex(values, value => value > 1);
        if (bad >= 0) throw DataException.At(path, $"row {bad / width}, label {bad % width}", "0 or 1", $"{values[bad]}");
        return [.. Enumerable.Range(0, count).Select(row =>
        {
            UInt128 bits = 0;
            for (int label = 0; label < width; label++) bits |= (UInt128)values[row * width + label] << label;
            return bits;
        })];
    }

    internal static double Evaluate(Rows asked, Rows among, UInt128[] queryLabels, UInt128[] galleryLabels, RetrievalOptions options)
    {
        if (asked.Width != among.Width || queryLabels.Length != asked.Count || galleryLabels.Length != among.Count)
            throw new ShapeException(
                $"queries [{asked.Count}, {asked.Width}] with {queryLabels.Length} labels, gallery [{among.Count}, {among.Width}] with " +
                $"{galleryLabels.Length}: expected one width, and one label vector a row.");
        var precision = new double[asked.Count];
        DefinedRows.ForEach(asked, among, Workers.Number(options), (query, scores) =>
        {
            var (keys, order) = (new double[scores.Length], new int[scores.Length]);
            DefinedRows.Order(scores, keys, order);
            precision[query] = RPrecision(queryLabels[query], galleryLabels, order);
        });
        return 100 * precision.Average();
    }

    // Mean over ζ; where nothing is within ζ, that ζ contributes nothing, as a precision among zero items is not defined.
    private static double RPrecision(UInt128 labels, UInt128[] galleryLabels, int[] order)
    {
        Span<int> within = stackalloc int[Tolerances];
        foreach (UInt128 other in galleryLabels)
            for (int tolerance = Distance(labels, other); tolerance < Tolerances; tolerance++) within[tolerance]++;
        double sum = 0;
        int defined = 0;
        for (int tolerance = 0; tolerance < Tolerances; tolerance++)
        {
            if (within[tolerance] == 0) continue;
            int hits = 0;
            for (int place = 0; place < within[tolerance]; place++)
                if (Distance(labels, galleryLabels[order[place]]) <= tolerance) hits++;
            sum += (double)hits / within[tolerance];
            defined++;
        }
        return defined == 0 ? 0 : sum / defined;
    }

    private static int Distance(UInt128 a, UInt128 b) => (int)UInt128.PopCount(a ^ b);
}
