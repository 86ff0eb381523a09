using static TorchSharp.torch;

namespace ITContrast.Negatives.Weighting;

/// <summary>
/// VSE++'s weights: 1 on the hardest negative while it violates the margin, 0 elsewhere; the positive likewise.
/// Source: the gradient of the max-of-hinges loss [V].
/// </summary>
/// <param name="margin">α; default 0.2, at least 0.</param>
public sealed class HardestWeighting(double margin = 0.2) : IPairWeighting
{
    private readonly double margin = margin >= 0 ? margin : throw new ArgumentOutOfRangeException(nameof(margin), $"margin is {margin}; use at least 0.");

    /// <inheritdoc/>
    public string Name => "hardest";

    /// <inheritdoc/>
    public PairWeights Weigh(Tensor negatives, Tensor positives)
    {
        var (hardest, index) = negatives.max(1, true);
        var violates = (hardest + margin > positives.unsqueeze(1)).to(positives.dtype);
        return new(zeros_like(negatives).scatter(1, index, violates), violates.squeeze(1));
    }
}
