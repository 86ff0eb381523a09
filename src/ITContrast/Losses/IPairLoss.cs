using static TorchSharp.torch;

namespace ITContrast.Losses;

/// <summary>A contrastive loss: a scalar of a batch's scores and, where there are some, of synthesised negatives.</summary>
public interface IPairLoss
{
    /// <summary>Computes the loss.</summary>
    /// <param name="scores">The batch.</param>
    /// <param name="synthetic">Extra negatives; null is none. A loss that has no place for them leaves them out and says so in its documentation.</param>
    LossResult Compute(Scores scores, SyntheticScores? synthetic = null);
}

/// <summary>A loss and what it noticed.</summary>
/// <param name="Value">The scalar to minimise, attached.</param>
/// <param name="Diagnostics">Detached scalars by name; see each loss.</param>
public sealed record LossResult(Tensor Value, IReadOnlyDictionary<string, Tensor> Diagnostics);

/// <summary>Scores of synthesised negatives, extra columns of both directions; <c>-inf</c> where one could not be made.</summary>
/// <param name="ImageAnchors">Of image anchors, <c>[B, M]</c>.</param>
/// <param name="CaptionAnchors">Of caption anchors, <c>[B, M]</c>.</param>
public sealed record SyntheticScores(Tensor ImageAnchors, Tensor CaptionAnchors);
