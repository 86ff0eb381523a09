using static TorchSharp.torch;

namespace ITContrast.Encoders.CrossAttention;

/// <summary>Padded sets of vectors, one set an image (its regions) or a caption (its words): what a cross encoder compares.</summary>
/// <param name="Members">Unit vectors <c>[B, N, D]</c>; padding is zero.</param>
/// <param name="Counts">Members of each set, <c>[B]</c> int64, at least 1.</param>
public sealed record FragmentSets(Tensor Members, Tensor Counts)
{
    /// <summary>Number of sets B.</summary>
    public int Size => (int)Members.shape[0];

    /// <summary>The mean of each set as a unit row, <c>[B, D]</c>.</summary>
    public Tensor Means() => UnitRows.Of(Pooling.RegionPooling.Mean(Members, Counts));
}
