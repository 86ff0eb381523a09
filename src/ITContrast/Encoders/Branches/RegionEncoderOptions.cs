using ITContrast.Encoders.Pooling;

namespace ITContrast.Encoders.Branches;

/// <summary>Sizes of <see cref="RegionEncoder"/>; the defaults are VSE∞'s.</summary>
public sealed record RegionEncoderOptions
{
    /// <summary>F, the width of a region's features, at least 1. Default 2,048.</summary>
    public int RegionDimension { get; init; } = 2048;

    /// <summary>D, the width of the shared space, at least 1. Default 1,024.</summary>
    public int Dimension { get; init; } = 1024;

    /// <summary>Units of the residual perceptron; 0 for a linear map alone. Default 512.</summary>
    public int Hidden { get; init; } = 512;

    /// <summary>How regions become one vector. Default generalised pooling.</summary>
    public PoolingKind Pooling { get; init; } = PoolingKind.Generalized;

    /// <summary>Size augmentation: probability that a training pass leaves a region out, 0 up to but not including 1; one always stays. Default 0.2.</summary>
    public double DropRegions { get; init; } = 0.2;

    internal RegionEncoderOptions Validated()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(RegionDimension, 1, nameof(RegionDimension));
        ArgumentOutOfRangeException.ThrowIfLessThan(Dimension, 1, nameof(Dimension));
        ArgumentOutOfRangeException.ThrowIfNegative(Hidden, nameof(Hidden));
        if (DropRegions is not (>= 0 and < 1))
            throw new ArgumentOutOfRangeException(nameof(DropRegions), DropRegions, "The share of dropped regions is 0 up to, but not including, 1.");
        return this;
    }
}
