namespace ITContrast.Charts;

/// <summary>
/// Colours that stay apart for colour-blind readers and from white paper and a dark screen alike, in a fixed order. Source: Okabe and Ito (2008) [V], with
/// Tol's olive in place of yellow, which vanishes on white, and of black, which vanishes on dark.
/// </summary>
public static class Palette
{
    /// <summary>Blue, vermilion, green, purple, orange, sky blue, olive.</summary>
    public static readonly IReadOnlyList<string> Colours = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#999933"];

    /// <summary>Grey for what is only a comparison: chance, a bound, a grid.</summary>
    public const string Reference = "#888888";

    /// <summary>The i-th colour; it repeats after the last.</summary>
    public static string At(int index) => Colours[index % Colours.Count];

    /// <summary>A colour of the form #RRGGBB, let through by a share from 0 (nothing is seen) to 1: for bands behind lines.</summary>
    /// <exception cref="ArgumentException">The colour has another form.</exception>
    public static string Faded(string colour, double share)
    {
        ArgumentNullException.ThrowIfNull(colour);
        if (colour.Length != 7 || colour[0] != '#' || !int.TryParse(colour.AsSpan(1), System.Globalization.NumberStyles.AllowHexSpecifier, null, out int rgb))
            throw new ArgumentException($"A colour has the form #RRGGBB; found {colour}.", nameof(colour));
        return FormattableString.Invariant($"rgba({rgb >> 16},{(rgb >> 8) & 255},{rgb & 255},{share})");
    }
}
