namespace ITContrast.Encoders;

/// <summary>Sizes of <see cref="LightBackbone"/>; the defaults are those of the headline run.</summary>
public sealed record LightBackboneOptions
{
    /// <summary>Pixels or hand-made features.</summary>
    public ImageFront Front { get; init; } = ImageFront.GridFeatures;

    /// <summary>D, the width of the shared space.</summary>
    public int Dimension { get; init; } = 256;

    /// <summary>R, the regions of an image.</summary>
    public int Regions { get; init; } = 16;

    /// <summary>D_r, the width of a region's hand-made features; ignored with <see cref="ImageFront.Convolutional"/>.</summary>
    public int RegionDimension { get; init; } = 212;

    /// <summary>K, the directions that whitening keeps; ignored with <see cref="ImageFront.Convolutional"/>.</summary>
    public int Whitened { get; init; } = 300;

    /// <summary>Channels of the first convolution; ignored with <see cref="ImageFront.GridFeatures"/>.</summary>
    public int Channels { get; init; } = 32;

    /// <summary>Hidden units of the image branch.</summary>
    public int Hidden { get; init; } = 512;

    /// <summary>Dropout of the image branch's input, 0..1.</summary>
    public double ImageDropout { get; init; } = 0.2;

    /// <summary>Dropout of the image branch's hidden units, 0..1.</summary>
    public double HiddenDropout { get; init; } = 0.3;

    /// <summary>E, the width of a word's vector.</summary>
    public int WordDimension { get; init; } = 300;

    /// <summary>H, the width of the GRU's state in each direction.</summary>
    public int StateDimension { get; init; } = 128;

    /// <summary>Dropout of word vectors, 0..1.</summary>
    public double WordDropout { get; init; } = 0.2;

    /// <summary>Whether word vectors are trained too; by default they keep their first values, so that unseen words stay comparable to seen ones.</summary>
    public bool TrainWords { get; init; }

    internal LightBackboneOptions Validated()
    {
        foreach (
            (string name, int value) in new[]
            {
                (nameof(Dimension), Dimension),
                (nameof(Regions), Regions),
                (nameof(RegionDimension), RegionDimension),
                (nameof(Whitened), Whitened),
                     (nameof(Hidden), Hidden), (nameof(WordDimension), WordDimension), (nameof(StateDimension), StateDimension) })
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1, name);
        if (Front == ImageFront.GridFeatures && Whitened > (long)Regions * RegionDimension)
            throw new ArgumentOutOfRangeException(nameof(Whitened), Whitened, $"Whitening keeps at most all {Regions} × {RegionDimension} features.");
        foreach (
            (string name, double value) in new[]
            {
                (nameof(ImageDropout), ImageDropout),
                (nameof(HiddenDropout), HiddenDropout),
                (nameof(WordDropout), WordDropout),
            })
            if (value is not (>= 0 and < 1)) throw new ArgumentOutOfRangeException(name, value, "A dropout rate is 0 up to, but not including, 1.");
        return this;
    }
}
