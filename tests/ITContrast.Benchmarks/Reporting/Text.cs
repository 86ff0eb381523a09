using System.Globalization;
using ITContrast.Benchmarks.Running;

namespace ITContrast.Benchmarks.Reporting;

/// <summary>Figures as people read them.</summary>
internal static class Text
{
    /// <summary>A figure with the digits that its measure deserves.</summary>
    public static string Of(double value, Measure measure) => measure switch
    {
        _ when !double.IsFinite(value) => "n/a",
        Measure.AllocatedBytes => value.ToString(value < 1e4 ? "0" : "#,0", CultureInfo.InvariantCulture),
        Measure.Seconds => Seconds(value),
        _ => value.ToString("0.00", CultureInfo.InvariantCulture),
    };

    /// <summary>A time in the unit that fits it.</summary>
    public static string Seconds(double seconds) => seconds switch
    {
        < 1e-6 => (seconds * 1e9).ToString("0", CultureInfo.InvariantCulture) + " ns",
        < 1e-3 => (seconds * 1e6).ToString("0.00", CultureInfo.InvariantCulture) + " µs",
        < 1 => (seconds * 1e3).ToString("0.0", CultureInfo.InvariantCulture) + " ms",
        _ => seconds.ToString("0.00", CultureInfo.InvariantCulture) + " s",
    };

    /// <summary>Whether a target was met, and whether the rounds agree, in words.</summary>
    public static string Verdict(Figures figures) =>
        (figures.Met switch { true => "met", false => "missed", null => "" } + (figures.Unstable ? ", unstable" : "")).TrimStart(',', ' ');
}
