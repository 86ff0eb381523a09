using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Encoders.Pooling;

/// <summary>One of the four poolings as a layer; only <see cref="PoolingKind.Generalized"/> has parameters.</summary>
public sealed class SetPooling : nn.Module
{
    private readonly PoolingKind kind;
    private readonly GeneralizedPooling? generalized;

    /// <param name="kind">Which pooling.</param>
    /// <param name="width">Widths of the positions' encodings and of the recurrent state of <see cref="GeneralizedPooling"/>; ignored by the others.</param>
    public SetPooling(PoolingKind kind, int width = 32) : base(nameof(SetPooling))
    {
        this.kind = kind;
        if (kind != PoolingKind.Generalized) return;
        generalized = new(width, width);
        register_module("generalized", generalized);
    }

    /// <summary>Pools sets.</summary>
    /// <param name="features"><c>[B, N, D]</c>.</param>
    /// <param name="members">bool <c>[B, N]</c>, true at members; each set has at least one.</param>
    /// <returns><c>[B, D]</c>.</returns>
    public Tensor Pool(Tensor features, Tensor members) => kind switch
    {
        PoolingKind.Mean => RegionPooling.MeanOf(features, members),
        PoolingKind.Max => RegionPooling.MaxOf(features, members),
        PoolingKind.First => features.select(1, 0),
        _ => generalized!.PoolMembers(features, members),
    };
}
