using static TorchSharp.torch;

namespace ITContrast.Encoders.Pooling;

/// <summary>Pooling of a padded set of vectors without parameters.</summary>
public static class RegionPooling
{
    /// <summary>Mean over valid members: <c>[B, N, D]</c> and counts <c>[B]</c> to <c>[B, D]</c>.</summary>
    public static Tensor Mean(Tensor features, Tensor counts) => MeanOf(features, Members.Of(features.shape[1], counts));

    /// <summary>Largest value of every feature over valid members: <c>[B, N, D]</c> and counts <c>[B]</c> to <c>[B, D]</c>.</summary>
    public static Tensor Max(Tensor features, Tensor counts) => MaxOf(features, Members.Of(features.shape[1], counts));

    /// <summary>Mean over members anywhere in the set: <c>[B, N, D]</c> and bool <c>[B, N]</c> to <c>[B, D]</c>.</summary>
    public static Tensor MeanOf(Tensor features, Tensor members)
    {
        var weights = members.unsqueeze(2).to(features.dtype);
        return (features * weights).sum(1) / weights.sum(1).clamp(min: 1);
    }

    /// <summary>Largest value of every feature over members anywhere in the set: <c>[B, N, D]</c> and bool <c>[B, N]</c> to <c>[B, D]</c>.</summary>
    public static Tensor MaxOf(Tensor features, Tensor members) =>
        features.masked_fill(members.logical_not().unsqueeze(2), double.NegativeInfinity).max(1).values;
}
