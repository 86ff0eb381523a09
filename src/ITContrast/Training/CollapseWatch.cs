using ITContrast.Data;
using ITContrast.Losses;
using TorchSharp;

namespace ITContrast.Training;

/// <summary>
/// Stops a run whose space has collapsed: the loss stays within 1e-3 (relative) of its plateau for 50 steps while the embeddings' variance is below 1e-4.
/// Either alone is harmless: a loss may pass its plateau, and a narrow space may still rank. A resumed run counts anew.
/// </summary>
internal sealed class CollapseWatch
{
    public const int Steps = 50;
    // Weighted pairs have the plateau 0, which rounding never meets.
    private const double Near = 1e-3, Narrow = 1e-4;

    private int still;

    /// <summary>Looks at a step.</summary>
    /// <exception cref="TrainingException">The fiftieth collapsed step in a row.</exception>
    public void Observe(Collapse? collapse, long step, PairBatch batch)
    {
        if (collapse is null) return;
        double loss = collapse.Value.ToDouble(), plateau = collapse.Plateau.ToDouble(), variance = collapse.Variance.ToDouble();
        still = Math.Abs(loss - plateau) <= Near * Math.Max(Math.Abs(plateau), Near) && variance < Narrow ? still + 1 : 0;
        if (still < Steps) return;
        throw new TrainingException(
            $"Step {step}: the space has collapsed. The loss {loss:G6} has been at its plateau {plateau:G6} for {Steps} steps and the embeddings' variance is {variance:G3}: every image and caption has the same embedding. "
            + $"Lower the learning rate, begin with easier negatives (a warm-up), or use a softer loss. Last batch: images {Sentinel.Ids(batch.ImageIds)}.");
    }
}
