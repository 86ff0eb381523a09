using ITContrast.Losses;
using ITContrast.Synthesis;

namespace ITContrast.Experiments.Ablation;

/// <summary>The ablations of ITContrast that this project runs: what such a paper ordinarily ablates (its own are unknown [I]).</summary>
public static class Grids
{
    private const int ProfiledNegatives = 32;

    /// <summary>The full method on the light backbone: representatives, K = 32, G = 4, λ = 1, learned τ from 0.1, one epoch of warm-up.</summary>
    /// <param name="epochs">Passes over the training images.</param>
    public static RunConfig Full(int epochs) => new()
    {
        System = "itcontrast",
        Method = new() { Synthesis = new() { Hardest = ProfiledNegatives } },
        Training = new() { Epochs = epochs },
    };

    /// <summary>Names of the grids.</summary>
    public static IReadOnlyList<string> Names { get; } = ["small", "one-factor", "full"];

    /// <summary>A grid by name.</summary>
    /// <exception cref="ArgumentException">The name is unknown.</exception>
    public static Ablation ByName(string name, int epochs, int seeds) => name switch
    {
        "small" => Small(epochs).Seeds(seeds),
        "one-factor" => OneFactor(epochs).Seeds(seeds),
        "full" => Interactions(OneFactor(epochs)).Seeds(seeds),
        _ => throw new ArgumentException($"'{name}' is no grid; there are: {string.Join(", ", Names)}."),
    };

    /// <summary>The λ = 0 baseline, the full method, and MoCHi in its place.</summary>
    public static Ablation Small(int epochs) => Ablation.From(Plain(Full(epochs)), "no synthesis (λ = 0)")
        .Vary("operators", ["representatives", "mochi-1 mochi-2"], Operated);

    /// <summary>One factor at a time around the full method.</summary>
    public static Ablation OneFactor(int epochs) => Ablation.From(Full(epochs), "full method")
        .Without("synthesis (λ = 0)", Plain)
        .Without("warm-up", c => Synthesis(c, s => s with { WarmupEpochs = 0 }))
        .Vary("operators", ["mochi-1", "mochi-2", "mixcse", "positive-interpolation", "representatives mochi-1 mochi-2"], Operated)
        .Vary("K", [16, 64], (c, k) => Synthesis(c, s => s with { Hardest = k }))
        .Vary("G", [1, 8], (c, g) => Method(c, m => m with { Representatives = m.Representatives with { Groups = g } }))
        .Vary("λ", [0.25, 4.0], (c, lambda) => Loss(c, l => l with { Lambda = lambda }))
        .Vary("form", [LossForm.Triplet, LossForm.Hcl], (c, form) => Loss(c, l => l with { Form = form, Margin = form == LossForm.Triplet ? 0.2 : 0 }));

    private static Ablation Interactions(Ablation grid) => grid
        .Interact("K", [16, 64], "λ", [0.25, 4.0], (c, k, lambda) => Loss(Synthesis(c, s => s with { Hardest = k }), l => l with { Lambda = lambda }))
        .Interact("G", [1, 8], "τ_h", [0.02, 0.5], (c, g, tau) => Method(c, m => m with { Representatives = m.Representatives with { Groups = g, HardnessTemperature = tau } }));

    private static RunConfig Method(RunConfig config, Func<MethodConfig, MethodConfig> change) => config with { Method = change(config.Method!) };

    private static RunConfig Loss(RunConfig config, Func<HardNegativeLossOptions, HardNegativeLossOptions> change) => Method(config, m => m with { Loss = change(m.Loss) });

    private static RunConfig Synthesis(RunConfig config, Func<SynthesisOptions, SynthesisOptions> change) => Method(config, m => m with { Synthesis = change(m.Synthesis) });

    private static RunConfig Plain(RunConfig config) => Method(config, m => m with { Operators = [] });

    private static RunConfig Operated(RunConfig config, string operators) => Method(config, m => m with { Operators = operators.Split(' ') });
}
