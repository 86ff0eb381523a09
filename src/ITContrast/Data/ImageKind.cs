namespace ITContrast.Data;

/// <summary>What an image source yields for an image.</summary>
public enum ImageKind
{
    /// <summary><c>[3, H, W]</c>, RGB in 0..1.</summary>
    Pixels,

    /// <summary><c>[R, D]</c>: one feature vector a region, with a count of valid regions and perhaps boxes.</summary>
    Regions,

    /// <summary><c>[D]</c>: one feature vector an image.</summary>
    Global,
}
