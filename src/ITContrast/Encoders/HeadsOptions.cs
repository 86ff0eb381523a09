namespace ITContrast.Encoders;

/// <summary>Sizes of <see cref="HeadsBackbone"/>; the defaults train in seconds on stored regions.</summary>
public sealed record HeadsOptions
{
    /// <summary>The seed of the first system whose image encoder extracted the regions. Default 1; one extractor serves the heads of every seed.</summary>
    public ulong FeatureSeed { get; init; } = 1;

    /// <summary>D, the width of the shared space. Default 256.</summary>
    public int Dimension { get; init; } = 256;

    /// <summary>Units of the image branch's second path. Default 256.</summary>
    public int Hidden { get; init; } = 256;

    /// <summary>E, the width of a word's vector. Default 300.</summary>
    public int WordDimension { get; init; } = 300;

    /// <summary>H, the width of the GRU's state in each direction. Default 32.</summary>
    public int StateDimension { get; init; } = 32;

    /// <summary>Dropout of the mean region and of the second path's units, 0..1. Default 0.3.</summary>
    public double Dropout { get; init; } = 0.3;

    /// <summary>Dropout of word vectors, 0..1. Default 0.2.</summary>
    public double WordDropout { get; init; } = 0.2;

    /// <summary>Whether word vectors are trained too. Default false, as in <see cref="LightBackboneOptions.TrainWords"/>.</summary>
    public bool TrainWords { get; init; }

    internal HeadsOptions Validated()
    {
        foreach (
            (string name, int value) in new[]
            {
                (nameof(Dimension), Dimension),
                (nameof(Hidden), Hidden),
                (nameof(WordDimension), WordDimension),
                (nameof(StateDimension), StateDimension),
            })
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1, name);
        foreach ((string name, double value) in new[] { (nameof(Dropout), Dropout), (nameof(WordDropout), WordDropout) })
            if (value is not (>= 0 and < 1)) throw new ArgumentOutOfRangeException(name, value, "A dropout rate is 0 up to, but not including, 1.");
        return this;
    }
}
