using static TorchSharp.torch;

namespace ITContrast.Losses;

/// <summary>Scores of synthesised negatives, further columns of the score matrix; −∞ where an anchor has none.</summary>
/// <param name="ImageAnchors"><c>[B, M]</c>: image i against the M negatives made of captions for it.</param>
/// <param name="CaptionAnchors"><c>[B, M]</c>: caption i against the M negatives made of images for it.</param>
public sealed record SyntheticScores(Tensor ImageAnchors, Tensor CaptionAnchors);
