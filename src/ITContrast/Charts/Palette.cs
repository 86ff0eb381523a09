namespace ITContrast.Charts;

/// <summary>Colours that stay apart for colour-blind readers, in a fixed order. Source: Okabe and Ito (2008), without yellow, which vanishes on white [V].</summary>
public static class Palette
{
    /// <summary>Blue, vermilion, green, purple, orange, sky blue, black.</summary>
    public static readonly IReadOnlyList<string> Colours = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000"];

    /// <summary>Grey for what is only a comparison: chance, a bound, a grid.</summary>
    public const string Reference = "#888888";

    /// <summary>The i-th colour; it repeats after the last.</summary>
    public static string At(int index) => Colours[index % Colours.Count];
}
