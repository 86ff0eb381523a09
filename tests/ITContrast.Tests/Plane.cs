using TorchSharp;
using ITContrast.Negatives;
using static TorchSharp.torch;

namespace ITContrast.Tests;

/// <summary>Unit vectors in the plane, given by their angles in degrees: geometry that one can draw.</summary>
internal static class Plane
{
    public static double Cos(double degrees) => Math.Cos(degrees * Math.PI / 180);

    /// <summary>Unit rows <c>[n, 2]</c> in float64.</summary>
    public static Tensor Vectors(params double[] degrees) =>
        tensor(degrees.SelectMany(d => new[] { Math.Cos(d * Math.PI / 180), Math.Sin(d * Math.PI / 180) }).ToArray(), [degrees.Length, 2]);

    /// <summary>One anchor and its keys, the positive first: a direction with B = 1.</summary>
    public static Direction Anchor(double anchor, double positive, params double[] negatives)
    {
        var (anchors, keys) = (Vectors(anchor), Vectors([positive, .. negatives]));
        var mask = zeros(1, negatives.Length + 1, dtype: ScalarType.Bool);
        mask[0, 0] = tensor(true);
        return new(anchors, keys, anchors.matmul(keys.T), mask, zeros(1, dtype: ScalarType.Int64));
    }

    /// <summary>Random unit rows <c>[n, d]</c> in float64, the same for the same seed.</summary>
    public static Tensor Random(int n, int d, long seed)
    {
        using var generator = new Generator((ulong)seed, CPU);
        return nn.functional.normalize(randn(n, d, dtype: ScalarType.Float64, generator: generator));
    }
}
