using ITContrast.Charts;
using ITContrast.Systems;

namespace ITContrast.Tests.Charts;

public sealed class PaletteTests
{
    // Machado, Oliveira and Fernandes (2009), severity 1, on linear RGB.
    private static readonly double[][] Protanopia = [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]];
    private static readonly double[][] Deuteranopia = [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]];
    private static readonly double[][] Full = [[1, 0, 0], [0, 1, 0], [0, 0, 1]];

    private static double[] Linear(string colour) =>
        [
            .. Enumerable
                .Range(0, 3)
                .Select(i => Convert.ToInt32(colour.Substring(1 + 2 * i, 2), 16) / 255.0)
                .Select(c => c <= 0.04045 ? c / 12.92 : Math.Pow((c + 0.055) / 1.055, 2.4)),
        ];

    private static double Luminance(string colour) => Linear(colour).Zip([0.2126, 0.7152, 0.0722], (c, w) => c * w).Sum();

    private static double Contrast(string a, string b) => (Math.Max(Luminance(a), Luminance(b)) + 0.05) / (Math.Min(Luminance(a), Luminance(b)) + 0.05);

    // CIE L*a*b*, in which a distance of about 2 can just be seen.
    private static double[] Lab(string colour, double[][] sight)
    {
        double[] rgb = Linear(colour), seen = [.. sight.Select(row => Math.Clamp(row.Zip(rgb, (w, c) => w * c).Sum(), 0, 1))];
        double F(double t) => t > 0.008856 ? Math.Cbrt(t) : 7.787 * t + 16.0 / 116;
        double x = F((0.4124 * seen[0] + 0.3576 * seen[1] + 0.1805 * seen[2]) / 0.9505), y = F(0.2126 * seen[0] + 0.7152 * seen[1] + 0.0722 * seen[2]),
            z = F((0.0193 * seen[0] + 0.1192 * seen[1] + 0.9505 * seen[2]) / 1.089);
        return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
    }

    [Fact]
    public void Colours_stand_out_from_paper_and_from_a_dark_screen() => Assert.All([.. Palette.Colours, Palette.Reference], colour =>
    {
        Assert.True(Contrast(colour, "#ffffff") > 2, $"{colour} on white: {Contrast(colour, "#ffffff"):F2}");
        Assert.True(Contrast(colour, "#14181e") > 3, $"{colour} on dark: {Contrast(colour, "#14181e"):F2}");
    });

    [Fact]
    public void Colours_stay_apart_for_colour_blind_readers()
    {
        foreach (double[][] sight in new[] { Full, Protanopia, Deuteranopia })
            for (int i = 0; i < Palette.Colours.Count; i++)
                for (int j = 0; j < i; j++)
                {
                    double distance = Math.Sqrt(Lab(Palette.Colours[i], sight).Zip(Lab(Palette.Colours[j], sight), (a, b) => (a - b) * (a - b)).Sum());
                    Assert.True(distance > 9, $"{Palette.Colours[i]} and {Palette.Colours[j]}: {distance:F1}");
                }
    }

    [Fact]
    public void Every_system_has_a_style_of_its_own_that_no_other_shares()
    {
        Assert.All(Recipes.Names, name => Assert.Contains(name, SystemStyle.Names));
        Assert.Equal(SystemStyle.Names.Count, SystemStyle.Names.Select(SystemStyle.Of).Distinct().Count());
        Assert.NotEqual(SystemStyle.Of("itcontrast").Colour, SystemStyle.Of("infonce").Colour);
    }

    [Fact]
    public void A_name_without_a_style_gets_one_that_stays_the_same()
    {
        Assert.Equal(SystemStyle.Of("mine"), SystemStyle.Of("mine"));
        Assert.Contains(SystemStyle.Of("mine").Colour, Palette.Colours);
        Assert.Equal(new SystemStyle("#E69F00", "triangle-up", "dashdot"), SystemStyle.Of("mine"));
    }

    [Fact]
    public void A_faded_colour_is_the_same_colour()
    {
        Assert.Equal("rgba(0,114,178,0.25)", Palette.Faded("#0072B2", 0.25));
        Assert.Throws<ArgumentException>(() => Palette.Faded("blue", 0.5));
    }
}
