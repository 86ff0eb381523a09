using ITContrast.Evaluation;
using ITContrast.Evaluation.Ranking;

namespace ITContrast.Analysis;

/// <summary>
/// Whether positives lie together and whether each modality fills the sphere, on rows scaled to unit length.
/// <code>
///   alignment = mean over pairs ‖x − y‖²        uniformity = log mean_{i≠j} exp(−2 ‖x_i − x_j‖²)
/// </code>
/// Lower is better for both; alignment is 0 to 4, uniformity −8 to 0, and −4 or so for a sphere filled evenly in many dimensions.
/// Source: Wang and Isola, ICML 2020, <c>align_uniform</c> [V].
/// </summary>
public static class AlignmentUniformity
{
    /// <summary>Measures.</summary>
    /// <param name="pairs">The embeddings.</param>
    /// <param name="most">Rows a modality that uniformity looks at, at least 2, taken evenly from the whole; its work grows with the square.</param>
    /// <param name="threads">Threads; 0 takes what torch is set to use. No number changes with it.</param>
    /// <exception cref="ShapeException">Fewer than two images, or two captions.</exception>
    /// <exception cref="DataException">A row is zero.</exception>
    public static AlignmentUniformityReport Measure(EmbeddedPairs pairs, int most = 5000, int threads = 0)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 2);
        if (pairs.ImageCount < 2 || pairs.CaptionCount < 2)
            throw new ShapeException($"Uniformity needs two images and two captions or more; found {pairs.ImageCount} and {pairs.CaptionCount}.");
        return new(
            Alignment(pairs), Uniformity(pairs.Images, most, threads), Uniformity(pairs.Captions, most, threads), pairs.ImageCount, pairs.CaptionCount, most);
    }

    private static unsafe double Alignment(EmbeddedPairs pairs)
    {
        Rows images = NormalisedRows.Of(pairs.Images), captions = NormalisedRows.Of(pairs.Captions);
        double sum = 0;
        for (int caption = 0; caption < captions.Count; caption++)
        {
            float* x = images[pairs.ImageOf[caption]], y = captions[caption];
            for (int k = 0; k < images.Width; k++)
            {
                double difference = (double)x[k] - y[k];
                sum += difference * difference;
            }
        }
        return sum / captions.Count;
    }

    private static double Uniformity(Rows rows, int most, int threads)
    {
        Rows unit = NormalisedRows.Of(rows, most);
        var sums = new double[unit.Count];
        DefinedRows.ForEach(unit, unit, Workers.Number(new RetrievalOptions { Threads = threads }), (row, cosines) =>
        {
            double sum = 0;
            for (int other = 0; other < cosines.Length; other++)
                if (other != row) sum += Math.Exp(-2 * (2 - 2 * cosines[other]));
            sums[row] = sum;
        });
        return Math.Log(sums.Sum() / ((double)unit.Count * (unit.Count - 1)));
    }
}
