namespace ITContrast.Charts;

/// <summary>
/// How a system is drawn, by its name, in every chart and every notebook: the same colour, and the same marker and dash, because sixteen systems are more than
/// the colours that colour-blind readers can tell apart. Systems of one colour are relatives.
/// </summary>
/// <param name="Colour">#RRGGBB, one of <see cref="Palette.Colours"/>.</param>
/// <param name="Symbol">Plotly's marker symbol.</param>
/// <param name="Dash">Plotly's dash style.</param>
public sealed record SystemStyle(string Colour, string Symbol, string Dash)
{
    private static readonly string[] Symbols = ["circle", "square", "diamond", "cross", "x", "triangle-up", "star"];
    private static readonly string[] Dashes = ["solid", "dash", "dashdot", "dot", "longdash"];

    private static readonly string[][] Families =
    [
        ["infonce", "light", "siglip", "distilled"],
        ["itcontrast", "hcl"],
        ["convse", "ncl", "oscar", "oscar-pretrain"],
        ["modality-invariant"],
        ["vse-infinity", "vse++", "vse0", "convse++"],
        ["coder", "hal", "hal-global"],
        ["scan"],
    ];

    private static readonly Dictionary<string, SystemStyle> Table = Families
        .SelectMany((family, colour) => family.Select((name, place) => (name, Style: new SystemStyle(Palette.At(colour), Symbols[place], Dashes[place]))))
        .ToDictionary(entry => entry.name, entry => entry.Style);

    /// <summary>The systems that have a style of their own.</summary>
    public static IReadOnlyCollection<string> Names => Table.Keys;

    /// <summary>A system's style. A name that the table lacks gets one that depends on the name alone, so that it too stays the same in every chart.</summary>
    public static SystemStyle Of(string system)
    {
        ArgumentNullException.ThrowIfNull(system);
        if (Table.TryGetValue(system, out SystemStyle? style)) return style;
        // Not string.GetHashCode, which differs from one process to the next.
        uint hash = system.Aggregate(2166136261u, (sum, letter) => (sum ^ letter) * 16777619u);
        return new(Palette.At((int)(hash % 7)), Symbols[hash / 7 % 7], Dashes[hash / 49 % 5]);
    }
}
