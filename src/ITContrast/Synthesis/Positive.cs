namespace ITContrast.Synthesis;

/// <summary>Guards that the operators' constructors share.</summary>
internal static class Positive
{
    /// <summary>A count of at least 1.</summary>
    public static int Count(int value, string name) =>
        value >= 1 ? value : throw new ArgumentOutOfRangeException(name, $"{name} is {value}; use at least 1.");

    /// <summary>A finite number above 0.</summary>
    public static double Number(double value, string name) =>
        value > 0 && double.IsFinite(value) ? value : throw new ArgumentOutOfRangeException(name, $"{name} is {value}; use a finite number above 0.");
}
