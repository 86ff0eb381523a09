using System.Globalization;
using System.Text;

namespace ITContrast.Benchmarks.Rows;

/// <summary>
/// Multiplications and additions of the matrix products of one step on the light backbone, by part: what a system must compute as it is defined, whatever
/// computes it.
/// <code>A [M, K] · B [K, N]: 2·M·N·K        a trained map: forward, to its weights, and to its input where that is trained too</code>
/// </summary>
internal static class SystemsArithmetic
{
    // B pairs of `Words` words in all (the mean of an epoch's batches); features F → K whitened, hidden units U, D; words E, state H; C concepts and how many
    // pairs of them are related, each with itself too; P prototypes, Q keys.
    private const double Pairs = 256,
        Words = 1900,
        Features = 3392,
        Whitened = 300,
        Units = 512,
        D = 256,
        E = 300,
        H = 128,
        Concepts = 300,
        Related = 1400,
        Prototypes = 256,
        Keys = 2048;
    private const double Regions = 16, RegionWidth = 212, Kept = 0.8;

    /// <summary>Parts with their count for InfoNCE, VSE∞ and CODER.</summary>
    private static readonly (string Part, double InfoNce, double VseInfinity, double Coder)[] Parts =
    [
        ("whitening, fixed", Product(Pairs, Features, Whitened), 0, Product(Pairs, Features, Whitened)),
        ("image heads", 2 * Product(Pairs, Whitened, D + Units) + 3 * Product(Pairs, Units, D),
            2 * Product(Pairs * Regions, RegionWidth, D / 2)
                + 2 * Product(Pairs * Regions * Kept, RegionWidth, D)
                + 3 * Product(Pairs * Regions * Kept, D / 2, D),
            2 * Product(Pairs, Whitened, D + Units) + 3 * Product(Pairs, Units, D)),
        ("recurrent layer", Recurrent(2, 3), Recurrent(2, 3), Recurrent(2, 3)),
        (
            "caption maps", 3 * Product(Pairs, 2 * H, D) + 2 * Product(Pairs, E, D), 3 * Product(Words, H, D),
            3 * Product(Pairs, 2 * H, D) + 2 * Product(Pairs, E, D)),
        ("scores of the batch", 3 * Product(Pairs, D, Pairs), 3 * Product(Pairs, D, Pairs), 3 * Product(Pairs, D, Pairs)),
        ("momentum encoders, forward", 0, 0, Product(Pairs, Whitened, D + Units) + Product(Pairs, Units, D) + Recurrent(1, 1) + Product(Pairs, 2 * H + E, D)),
        (
            "graph convolution, trained and momentum", 0, 0,
            4 * (Product(Related, 1, E) + Product(Concepts, E, D) + Product(Related, 1, D) + Product(Concepts, D, D))),
        (
            "attention over concepts, both modalities, trained and momentum", 0, 0,
            2 * 4 * (Product(Concepts, D, D) + Product(Pairs, D, D) + 2 * Product(Pairs, D, Concepts))),
        ("scores of the descriptors", 0, 0, 3 * Product(Pairs, D, Pairs)),
        ("pseudo labels and their prediction", 0, 0, Product(Pairs, D, Prototypes) + 2 * 3 * Product(Pairs, D, Prototypes)),
        ("four queues, scored and summed, where every key counts", 0, 0, 4 * 2 * Product(Pairs, D, Keys)),
    ];

    /// <summary>The table in Markdown, in units of 10⁹, with sums and their ratios to InfoNCE's.</summary>
    public static string Table()
    {
        StringBuilder text = new("| products of one step, 10⁹ | infonce | vse-infinity | coder |\n|---|---|---|---|\n");
        void Line(string name, string format, params double[] values) =>
            text.AppendLine($"| {name} | {string.Join(" | ", values.Select(v => v == 0 ? "" : v.ToString(format, CultureInfo.InvariantCulture)))} |");
        foreach (var (part, first, second, third) in Parts) Line(part, "0.00", first / 1e9, second / 1e9, third / 1e9);
        double[] sums = [Parts.Sum(p => p.InfoNce), Parts.Sum(p => p.VseInfinity), Parts.Sum(p => p.Coder)];
        Line("together", "0.00", [.. sums.Select(s => s / 1e9)]);
        Line("÷ infonce", "0.00", [.. sums.Select(s => s / sums[0])]);
        return text.ToString();
    }

    private static double Product(double rows, double depth, double columns) => 2 * rows * depth * columns;

    // Both directions: inputs of all words at once, then a product a step for all but first words.
    private static double Recurrent(double inputs, double steps) => inputs * Product(Words, E, 2 * 3 * H) + steps * Product(Words - Pairs, H, 2 * 3 * H);
}
