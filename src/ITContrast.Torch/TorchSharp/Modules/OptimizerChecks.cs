namespace TorchSharp.Modules;

/// <summary>What the optimisers' options are checked for, once, at construction.</summary>
internal static class OptimizerChecks
{
    public static void NotNegative(params ReadOnlySpan<(string Name, double Value)> options)
    {
        foreach (var (name, value) in options)
            if (!(value >= 0 && double.IsFinite(value)))
                throw new ArgumentOutOfRangeException(name, value, $"{name} must be a finite number of at least 0.");
    }

    public static void BelowOne(params ReadOnlySpan<(string Name, double Value)> options)
    {
        foreach (var (name, value) in options)
            if (!(value >= 0 && value < 1)) throw new ArgumentOutOfRangeException(name, value, $"{name} must be at least 0 and below 1.");
    }
}
