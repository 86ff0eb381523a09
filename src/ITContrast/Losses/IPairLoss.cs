namespace ITContrast.Losses;

/// <summary>A contrastive loss over a batch of image-caption pairs.</summary>
public interface IPairLoss
{
    /// <summary>The loss of the batch, with gradients, and what explains it.</summary>
    /// <param name="scores">Real pairs.</param>
    /// <param name="synthetic">Synthesised negatives; null where none were made.</param>
    LossResult Compute(Scores scores, SyntheticScores? synthetic = null);
}
