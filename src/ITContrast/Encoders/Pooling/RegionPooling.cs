using static TorchSharp.torch;

namespace ITContrast.Encoders.Pooling;

/// <summary>Pooling of a padded set of vectors without parameters.</summary>
public static class RegionPooling
{
    /// <summary>Mean over valid members: <c>[B, N, D]</c> and counts <c>[B]</c> to <c>[B, D]</c>.</summary>
    public static Tensor Mean(Tensor features, Tensor counts)
    {
        var valid = Valid(features, counts).to(features.dtype);
        return (features * valid).sum(1) / valid.sum(1).clamp(min: 1);
    }

    /// <summary>Largest value of every feature over valid members: <c>[B, N, D]</c> and counts <c>[B]</c> to <c>[B, D]</c>.</summary>
    public static Tensor Max(Tensor features, Tensor counts) =>
        features.masked_fill(Valid(features, counts).logical_not(), double.NegativeInfinity).max(1).values;

    private static Tensor Valid(Tensor features, Tensor counts) =>
        (arange(features.shape[1], dtype: ScalarType.Int64, device: features.device).unsqueeze(0) < counts.unsqueeze(1)).unsqueeze(2);
}
