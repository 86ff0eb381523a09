namespace ITContrast.Experiments.Exercises;

/// <summary>When an answer's numbers count as the oracle's. float32 work on scores of size 1 is inside, a wrong formula on random scores outside.</summary>
internal static class Closeness
{
    private const double Tolerance = 2e-5;

    /// <summary>Equal infinities are equal; NaN equals nothing.</summary>
    public static bool Equal(double a, double b) => a == b || Math.Abs(a - b) <= Tolerance * Math.Max(1, Math.Abs(b));

    /// <summary>As many numbers, each equal.</summary>
    public static bool Equal(IReadOnlyList<double> a, IReadOnlyList<double> b) => a.Count == b.Count && a.Zip(b).All(pair => Equal(pair.First, pair.Second));
}
