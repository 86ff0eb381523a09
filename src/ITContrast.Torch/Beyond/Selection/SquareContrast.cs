using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Torch;

/// <summary>
/// InfoNCE of a square of scores in both directions, each anchor with further negatives of its own, as one node of the graph.
/// <code>
///   L_i = −ln( e^{s_ii/τ} / ( e^{s_ii/τ} + Σ_{j not masked} e^{(s_ij+m)/τ} + λ·Σ_g e^{(h_ig+m)/τ} ) )
///   L   = ½ (mean_i L_i over rows + the same over columns)
/// </code>
/// What it tells is the mean of both directions too, of weights w that are the softmax above without the positive's.
/// </summary>
/// <param name="Value">L, a scalar with its gradient to scores, further negatives and scale.</param>
/// <param name="Violations">P(max_j s_ij ≥ s_ii) over anchors with a negative.</param>
/// <param name="Effective">Mean of (Σw)²/Σw² over anchors with any weight.</param>
/// <param name="Synthetic">Mean share of Σw on further negatives, over the same anchors.</param>
/// <param name="Plateau">L where all scores are equal.</param>
public sealed record SquareContrast(Tensor Value, double Violations, double Effective, double Synthetic, double Plateau)
{
    /// <summary>Computes.</summary>
    /// <param name="scores">s, <c>[B, B]</c> float32.</param>
    /// <param name="mask"><c>[B, B]</c> bool, true where a pair is no negative.</param>
    /// <param name="rows">h of rows, <c>[B, M]</c>, <c>-inf</c> where one is left out; null for none.</param>
    /// <param name="columns">h of columns, likewise.</param>
    /// <param name="scale">1/τ, a scalar.</param>
    /// <param name="margin">m.</param>
    /// <param name="lambda">λ, above 0 where there are further negatives.</param>
    /// <returns>Null where this torch cannot.</returns>
    public static unsafe SquareContrast? Of(Tensor scores, Tensor mask, Tensor? rows, Tensor? columns, Tensor scale, double margin, double lambda)
    {
#if TORCH_SYSTEM
        bool Fits(Tensor? made) => made is null
            || (made is { device_type: DeviceType.CPU, dtype: ScalarType.Float32, ndim: 2 } && made.shape[0] == scores.shape[0] && made.shape[1] > 0);
        bool square = scores is { device_type: DeviceType.CPU, dtype: ScalarType.Float32, ndim: 2 }
            && scores.shape[0] > 0 && scores.shape[0] == scores.shape[1] && mask.shape.AsSpan().SequenceEqual(scores.shape);
        if (!square || scale is not { device_type: DeviceType.CPU, dtype: ScalarType.Float32 } || !Fits(rows) || !Fits(columns)) return null;
        var told = stackalloc double[4];
        var value = Native.itc_contrast(scores.Handle, mask.Handle, rows?.Handle ?? 0, columns?.Handle ?? 0, scale.Handle, margin, lambda, told);
        return new(new Tensor(Native.Check(value, nameof(SquareContrast))), told[0], told[1], told[2], told[3]);
#else
        return null;
#endif
    }
}
