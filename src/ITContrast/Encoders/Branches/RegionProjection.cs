using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ITContrast.Encoders.Branches;

/// <summary>
/// Region features to region vectors, each region by itself.
/// <code>
///   y = W_0 x + b_0                                             H = 0 (SCAN)
///   y = W_0 x + b_0 + W_2·relu( bn( W_1 x + b_1 ) ) + b_2       H units (VSE∞)
/// </code>
/// Padding is never computed on: rows of padding would enter the batch normalisation's statistics, and cost as much as regions.
/// Source: <c>woodfrog/vse_infty</c> [V, METHODS 5.1]; padding left out here [I] (there every image has 36 regions).
/// </summary>
public sealed class RegionProjection : nn.Module
{
    private readonly Linear direct;
    private readonly Linear? first, second;
    private readonly BatchNorm1d? norm;

    /// <param name="regionDimension">F, the width of a region's features.</param>
    /// <param name="dimension">D.</param>
    /// <param name="hidden">H, the width of the residual perceptron; 0 for none. Published: D/2.</param>
    public RegionProjection(int regionDimension, int dimension, int hidden = 0) : base(nameof(RegionProjection))
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(regionDimension, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(dimension, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(hidden);
        direct = nn.Linear(regionDimension, dimension);
        if (hidden > 0) (first, norm, second) = (nn.Linear(regionDimension, hidden), nn.BatchNorm1d(hidden), nn.Linear(hidden, dimension));
        RegisterComponents();
    }

    /// <summary>Projects regions.</summary>
    /// <param name="features"><c>[B, R, F]</c>.</param>
    /// <param name="members">bool <c>[B, R]</c>, true at regions, false at padding.</param>
    /// <param name="kept">bool <c>[B, R]</c>, true at the regions that are looked at; the others enter the batch normalisation's statistics alone. Null looks
    /// at all.</param>
    /// <returns><c>[B, R, D]</c>, zeros at padding and where a region is not looked at.</returns>
    public Tensor Project(Tensor features, Tensor members, Tensor? kept = null)
    {
        using DisposeScope scope = NewDisposeScope();
        (long batch, long places) = (features.shape[0], features.shape[1]);
        Tensor rows = features.flatten(0, 1), wanted = Places(members);
        if (wanted.shape[0] < batch * places) rows = rows.index_select(0, wanted);
        Tensor? units = first is null ? null : norm!.call(first.call(rows));
        if (kept is not null && Places(kept.flatten().index_select(0, wanted)) is var looked && looked.shape[0] < wanted.shape[0])
            (rows, units, wanted) = (rows.index_select(0, looked), units?.index_select(0, looked), wanted.index_select(0, looked));
        Tensor projected = direct.call(rows);
        if (units is not null) projected = projected + second!.call(units.relu());
        if (wanted.shape[0] < batch * places)
            projected = zeros([batch * places, projected.shape[1]], dtype: projected.dtype, device: projected.device).index_copy(0, wanted, projected);
        return projected.view(batch, places, projected.shape[1]).MoveToOuterDisposeScope();

        static Tensor Places(Tensor mask) => mask.flatten().nonzero().squeeze(1);
    }
}
