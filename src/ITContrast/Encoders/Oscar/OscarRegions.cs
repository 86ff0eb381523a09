using ITContrast.Data;
using static TorchSharp.torch;

namespace ITContrast.Encoders.Oscar;

/// <summary>The door through which images come to an OSCAR model.</summary>
internal static class OscarRegions
{
    /// <summary>Which rows are regions, bool <c>[B, R]</c>.</summary>
    /// <exception cref="ArgumentException">The images are not regions, or one has none.</exception>
    /// <exception cref="ShapeException">Regions of another width; says where box numbers seem to be missing.</exception>
    public static Tensor Members(OscarModel model, ImageBatch batch)
    {
        if (batch.Kind == ImageKind.Regions) model.CheckRegions(batch.Values);
        return Pooling.Members.OfImages(batch, model.Config.RegionWidth);
    }
}
