using ITContrast.Torch;
using static TorchSharp.torch;

namespace ITContrast.Losses;

/// <summary>
/// What a loss looked at, as detached scalars: <c>violations</c> P(max_j s_j ≥ s⁺) over anchors with a negative; where the loss gives each negative a gradient
/// mass w,
/// <c>effective-negatives</c> the mean of (Σw)²/Σw² (1: only the hardest counts, N: all alike) and <c>synthetic-mass</c> the share of Σw on synthesised
/// negatives.
/// Source: METHODS section 7 (gradient mass).
/// </summary>
internal static class LossDiagnostics
{
    /// <summary>The mean of two directions' diagnostics.</summary>
    public static IReadOnlyDictionary<string, Tensor> Mean(IReadOnlyDictionary<string, Tensor> images, IReadOnlyDictionary<string, Tensor> captions)
    {
        using var _ = no_grad();
        return images.ToDictionary(d => d.Key, d => (d.Value + captions[d.Key]) / 2);
    }

    /// <summary>Of a square whose directions were weighed at once.</summary>
    public static IReadOnlyDictionary<string, Tensor> Of(SquareWeights weights) => new Dictionary<string, Tensor>
    {
        ["violations"] = tensor((float)weights.Violations), ["effective-negatives"] = tensor((float)weights.Effective), ["synthetic-mass"] = tensor(0f),
    };

    /// <summary>Of one direction.</summary>
    public static IReadOnlyDictionary<string, Tensor> Of(Tensor negatives, Tensor? synthesised, Tensor positives, Tensor? mass)
    {
        using var _ = no_grad();
        var hardest = negatives.amax([1]);
        var any = hardest > double.NegativeInfinity;
        var diagnostics = new Dictionary<string, Tensor>
        {
            ["violations"] = (hardest >= positives).logical_and(any).sum().to(positives.dtype) / any.sum().clamp(min: 1),
        };
        if (mass is null) return diagnostics;
        var total = mass.sum(1);
        var counted = (total > 0).to(mass.dtype);
        var anchors = counted.sum().clamp(min: 1);
        diagnostics["effective-negatives"] = (total * total / (mass * mass).sum(1).clamp(min: 1e-30)).sum() / anchors;
        diagnostics["synthetic-mass"] = synthesised is null
            ? zeros_like(anchors)
            : (mass.narrow(1, negatives.shape[1], synthesised.shape[1]).sum(1) / total.clamp(min: 1e-30)).sum() / anchors;
        return diagnostics;
    }
}
