using System.Text.Json.Nodes;

namespace ITContrast.Benchmarks.Running;

/// <summary>What one process measured.</summary>
/// <param name="Calls">Seconds of every call, by case, in the order of the turns.</param>
/// <param name="Allocated">Managed bytes of a call, by case; empty for other languages.</param>
/// <param name="Peak">Most resident memory, bytes.</param>
/// <param name="Blas">Its BLAS kernel, where it says.</param>
internal sealed record Sample(IReadOnlyDictionary<string, double[]> Calls, IReadOnlyDictionary<string, double> Allocated, long Peak, string? Blas)
{
    /// <summary>Median seconds of a call, by case.</summary>
    public IReadOnlyDictionary<string, double> Seconds { get; } = Calls.ToDictionary(c => c.Key, c => Statistics.Median(c.Value));

    /// <summary>Seconds of one case over another's of the same turn, the median of the turns: what both turns shared of the machine's pace cancels.</summary>
    public double Ratio(string ours, string theirs) => Statistics.Median(Calls[ours].Zip(Calls[theirs], (own, other) => own / other));

    /// <summary>Reads a worker's line.</summary>
    public static Sample Parse(JsonObject line) => new(
        line["cases"]!.AsObject().ToDictionary(c => c.Key, c => c.Value!.AsArray().Select(s => (double)s!).ToArray()),
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
