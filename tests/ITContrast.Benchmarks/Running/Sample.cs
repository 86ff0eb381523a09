using System.Text.Json.Nodes;

namespace ITContrast.Benchmarks.Running;

/// <summary>What one process measured.</summary>
/// <param name="Seconds">Median seconds of a call, by case.</param>
/// <param name="Allocated">Managed bytes of a call, by case; empty for other languages.</param>
/// <param name="Peak">Most resident memory, bytes.</param>
/// <param name="Blas">Its BLAS kernel, where it says.</param>
internal sealed record Sample(IReadOnlyDictionary<string, double> Seconds, IReadOnlyDictionary<string, double> Allocated, long Peak, string? Blas)
{
    /// <summary>Reads a worker's line.</summary>
    public static Sample Parse(JsonObject line) => new(
        line["cases"]!.AsObject().ToDictionary(c => c.Key, c => Statistics.Median(c.Value!.AsArray().Select(s => (double)s!))),
        line["allocated"]?.AsObject().ToDictionary(c => c.Key, c => (double)c.Value!) ?? [],
        (long?)line["peak"] ?? 0, (string?)line["blas"]);
}

/// <summary>Medians.</summary>
internal static class Statistics
{
    /// <summary>The middle value, or the mean of the two in the middle; NaN of nothing.</summary>
    public static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted.Length == 0 ? double.NaN : (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
