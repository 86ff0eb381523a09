using ITContrast.Evaluation;
using ITContrast.Evaluation.Ranking;

namespace ITContrast.Analysis;

/// <summary>
/// The distance between the two modalities' centres on the sphere, what closing it does to retrieval, and whether a linear classifier tells them apart.
/// <code>
///   Δ = mean(x_img) − mean(x_txt)     x_img ← normalize(x_img − δ Δ/‖Δ‖)     x_txt ← normalize(x_txt + δ Δ/‖Δ‖)
///   cone = mean_{i≠j} x_i·x_j = (‖Σ x_i‖² − n) / (n(n − 1))
/// </code>
/// δ = ‖Δ‖/2 brings the centres together (before the rows are normalised again). Source: Liang et al., NeurIPS 2022, <c>Modality-Gap</c> [V]; the probe is this
/// project's measure [I].
/// </summary>
public static class ModalityGap
{
    private static readonly double[] DefaultShifts = [-1, -0.75, -0.5, -0.25, 0, 0.25, 0.5, 0.75];

    /// <summary>Measures.</summary>
    /// <param name="pairs">The embeddings; rows are scaled to unit length.</param>
    /// <param name="shifts">The δ of the sweep, each one evaluation; −1 to 0.75 in quarters where null, none where empty.</param>
    /// <param name="most">Rows a modality that the probe looks at, at least 4; half of the images (with their captions) teach it, the others test it.</param>
    /// <param name="threads">Threads of the evaluations; 0 takes what torch is set to use.</param>
    /// <exception cref="ShapeException">Fewer than two images.</exception>
    /// <exception cref="DataException">A row is zero.</exception>
    public static ModalityGapReport Measure(EmbeddedPairs pairs, IReadOnlyList<double>? shifts = null, int most = 5000, int threads = 0)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 4);
        if (pairs.ImageCount < 2)
            throw new ShapeException("The modality probe learns from one half of the images and is tested on the other: expected two or more, found 1.");
        (double[] imageMean, double[] captionMean) = Centres(pairs);
        double[] gap = Between(imageMean, captionMean);
        double distance = Norm(gap);
        GapShift[] sweep = distance == 0 ? [] : [.. (shifts ?? DefaultShifts).Select(delta => Shifted(pairs, gap, distance, delta, threads))];
        return new(
            distance, Cone(imageMean, pairs.ImageCount), Cone(captionMean, pairs.CaptionCount), Probe(pairs, most), sweep, pairs.ImageCount,
            pairs.CaptionCount);
    }

    /// <summary>Both modalities shifted by δ towards each other, unit rows again.</summary>
    internal static (Rows Images, Rows Captions) Shift(EmbeddedPairs pairs, double delta)
    {
        (double[] imageMean, double[] captionMean) = Centres(pairs);
        double[] gap = Between(imageMean, captionMean);
        return Shift(pairs, gap, Norm(gap), delta);
    }

    private static (Rows Images, Rows Captions) Shift(EmbeddedPairs pairs, double[] gap, double distance, double delta) => (
        NormalisedRows.Of(pairs.Images, shift: [.. gap.Select(value => -delta * value / distance)]),
        NormalisedRows.Of(pairs.Captions, shift: [.. gap.Select(value => delta * value / distance)]));

    private static (double[] Images, double[] Captions) Centres(EmbeddedPairs pairs) =>
        (NormalisedRows.Mean(NormalisedRows.Of(pairs.Images)), NormalisedRows.Mean(NormalisedRows.Of(pairs.Captions)));

    private static double[] Between(double[] images, double[] captions) => [.. images.Zip(captions, (x, y) => x - y)];

    private static GapShift Shifted(EmbeddedPairs pairs, double[] gap, double distance, double delta, int threads)
    {
        (Rows images, Rows captions) = Shift(pairs, gap, distance, delta);
        using var scope = TorchSharp.torch.NewDisposeScope();
        using var quiet = TorchSharp.torch.no_grad();
        RetrievalReport report = Retrieval.Rank(images, captions, pairs.ImageOf, new() { Threads = threads });
        double left = Norm([.. NormalisedRows.Mean(images).Zip(NormalisedRows.Mean(captions), (x, y) => x - y)]);
        return new(delta, left, report.CaptionQuery.R1, report.ImageQuery.R1);
    }

    private static double Probe(EmbeddedPairs pairs, int most)
    {
        Rows images = NormalisedRows.Of(pairs.Images, most), captions = NormalisedRows.Of(pairs.Captions, most);
        // Halves by blocks as wide as a sample's step: by single rows every second row of ten thousand is of one half, and none is left to test.
        int block = (pairs.ImageCount - 1) / most + 1;
        bool Learns(bool isImage, int i) => (isImage
            ? NormalisedRows.Sampled(i, images.Count, pairs.ImageCount)
            : pairs.ImageOf[NormalisedRows.Sampled(i, captions.Count, pairs.CaptionCount)]) / block % 2 == 0;
        return LinearProbe.HeldOutAccuracy(images, captions, Learns);
    }

    // n² ‖mean‖² = ‖Σ x‖² = n + Σ_{i≠j} x_i·x_j: exact without a pair being formed.
    private static double Cone(double[] mean, int count) => count < 2 ? double.NaN : (Math.Pow(count * Norm(mean), 2) - count) / ((double)count * (count - 1));

    private static double Norm(double[] vector) => Math.Sqrt(vector.Sum(value => value * value));
}
