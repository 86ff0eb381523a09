namespace ITContrast.Data;

/// <summary>What <see cref="GridFeatures"/> computes; the defaults are those of pictocap's reference results.</summary>
public sealed record GridFeatureOptions
{
    /// <summary><see cref="ImageKind.Regions"/> (default) or <see cref="ImageKind.Global"/>.</summary>
    public ImageKind Kind { get; init; } = ImageKind.Regions;

    /// <summary>Pixels a side of a gradient cell; must divide the image's sides.</summary>
    public int Cell { get; init; } = 8;

    /// <summary>Gradient orientations in half a turn, at least 2.</summary>
    public int Orientations { get; init; } = 9;

    /// <summary>Pixels a side of a colour average; must divide the cell.</summary>
    public int ColourPool { get; init; } = 4;

    /// <summary>Cells a side of a region (and of a gradient block), at least 1.</summary>
    public int RegionCells { get; init; } = 2;

    /// <summary>
    /// Cells from one region to the next, at least 1; ignored for global features, whose blocks always overlap by one cell. 2: 16 regions of a 64×64 image; 1:
    /// 49.
    /// </summary>
    public int Stride { get; init; } = 2;

    /// <summary>Bins of hue, saturation and value.</summary>
    public (int Hue, int Saturation, int Value) ColourBins { get; init; } = (8, 4, 4);

    /// <summary>The options as one line, part of a derived data set's identity.</summary>
    public string Identity =>
        $"grid-features v1 {Kind} cell={Cell} orientations={Orientations} pool={ColourPool} region={RegionCells} stride={Stride} hsv={ColourBins.Hue}x{ColourBins.Saturation}x{ColourBins.Value}";

    internal int Histogram => ColourBins.Hue * ColourBins.Saturation * ColourBins.Value;

    internal GridFeatureOptions Validated(int height, int width)
    {
        if (Kind == ImageKind.Pixels) throw new ArgumentException("Grid features are regions or global; pixels are their input.", nameof(Kind));
        ArgumentOutOfRangeException.ThrowIfLessThan(Cell, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(Orientations, 2);
        ArgumentOutOfRangeException.ThrowIfLessThan(RegionCells, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(Stride, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(Math.Min(ColourBins.Hue, Math.Min(ColourBins.Saturation, ColourBins.Value)), 1, nameof(ColourBins));
        if (height % Cell != 0 || width % Cell != 0)
            throw new ArgumentException($"Cells of {Cell} pixels do not divide images of {width} × {height}.", nameof(Cell));
        if (ColourPool < 1 || Cell % ColourPool != 0)
            throw new ArgumentException($"Colour averages of {ColourPool} pixels do not divide cells of {Cell}.", nameof(ColourPool));
        if (Math.Min(height, width) / Cell < RegionCells)
            throw new ArgumentException($"Regions of {RegionCells} cells do not fit {width / Cell} × {height / Cell} cells.", nameof(RegionCells));
        return this;
    }
}
