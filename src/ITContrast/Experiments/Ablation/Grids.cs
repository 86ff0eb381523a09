using ITContrast.Losses;
using ITContrast.Synthesis;

namespace ITContrast.Experiments.Ablation;

/// <summary>The ablations of ITContrast that this project runs: what such a paper ordinarily ablates (its own are unknown [I]).</summary>
public static class Grids
{
    private const int PixelEpochs = 6;
    private const ulong FirstTuningSeed = 101;

    /// <summary>
    /// The full method on heads: representatives, K = 32, G = 4, λ = 1, learned τ from 0.1, one epoch of warm-up. No value that
    /// <see cref="Tuning"/> tries moves rsum on val by more than seeds do, so these first values stayed.
    /// </summary>
    /// <param name="scenes">On the synthetic scenes; else on stored regions of pictocap.</param>
    /// <param name="epochs">Passes over the training images; the data's default when null.</param>
    public static RunConfig Full(bool scenes = false, int? epochs = null)
    {
        RunConfig config = new() { System = "itcontrast", Method = new() };
        config = scenes ? config.OnSceneObjects() : config.OnStoredFeatures();
        return config with { Training = config.Training with { Epochs = epochs ?? config.Training.Epochs } };
    }

    /// <summary>Names of the grids.</summary>
    public static IReadOnlyList<string> Names { get; } =
    ["small", "headline", "one-factor", "full", "tune", "pixels", "systems", "systems-tune", "forms", "forms-tune"];

    /// <summary>A grid by name.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="seeds">Seeds of every row.</param>
    /// <param name="scenes">On the synthetic scenes; ignored by pixels and by the grids of systems and forms.</param>
    /// <param name="epochs">Passes over the training images; the grid's default when null. Ignored by the grids of forms.</param>
    /// <exception cref="ArgumentException">The name is unknown.</exception>
    public static Ablation ByName(string name, int seeds, bool scenes = false, int? epochs = null) => name switch
    {
        "small" => Small(Full(scenes, epochs)).Seeds(seeds),
        "headline" => Headline(Full(scenes, epochs)).Seeds(seeds),
        "one-factor" => OneFactor(Full(scenes, epochs)).Seeds(seeds),
        "full" => Interactions(OneFactor(Full(scenes, epochs))).Seeds(seeds),
        "tune" => Tuning(Full(scenes, epochs)).Seeds(seeds, FirstTuningSeed),
        "pixels" => Headline(OnPixels(epochs ?? PixelEpochs)).Seeds(seeds),
        "systems" => SystemComparison.Of(epochs ?? SystemComparison.Epochs).Seeds(seeds, FirstTuningSeed),
        "systems-tune" => SystemComparison.Tuning(epochs ?? SystemComparison.Epochs),
        "forms" => SystemComparison.Forms().Seeds(seeds, FirstTuningSeed),
        "forms-tune" => SystemComparison.FormsTuning(),
        _ => throw new ArgumentException($"'{name}' is no grid; there are: {string.Join(", ", Names)}."),
    };

    /// <summary>
    /// The λ = 0 baseline, the full method, and each of MoCHi's operators in its place: rows of <see cref="OneFactor"/>, so that its runs serve both.
    /// </summary>
    public static Ablation Small(RunConfig full) => Headline(full).Vary("operators", ["mochi-1", "mochi-2"], (_, names) => Operated(full, names));

    /// <summary>The λ = 0 baseline and the full method.</summary>
    public static Ablation Headline(RunConfig full) => Ablation.From(Plain(full), "no synthesis (λ = 0)").Vary("method", ["full"], (_, _) => full);

    /// <summary>The full method end to end: a convolutional encoder trained on pixels with the captions' encoder.</summary>
    private static RunConfig OnPixels(int epochs) => new()
    {
        System = "itcontrast", Method = new(), Backbone = new() { Front = Encoders.ImageFront.Convolutional }, Training = new() { Epochs = epochs },
    };

    /// <summary>
    /// What was tried on val, with seeds of its own, before anything was read on test: λ, K, G and τ_h around the full method, and τ's start for the λ = 0
    /// baseline.
    /// </summary>
    public static Ablation Tuning(RunConfig full) => Headline(full)
        .Vary("λ", [0.25, 4.0], (_, lambda) => Loss(full, l => l with { Lambda = lambda }))
        .Vary("K", [16, 64], (_, k) => Synthesis(full, s => s with { Hardest = k }))
        .Vary("G", [1, 8], (_, g) => Method(full, m => m with { Representatives = m.Representatives with { Groups = g } }))
        .Vary("τ_h", [0.02, 0.5], (_, tau) => Method(full, m => m with { Representatives = m.Representatives with { HardnessTemperature = tau } }));

    /// <summary>One factor at a time around the full method.</summary>
    public static Ablation OneFactor(RunConfig full) => Ablation.From(full, "full method")
        .Without("synthesis (λ = 0)", Plain)
        .Without("warm-up", c => Synthesis(c, s => s with { WarmupEpochs = 0 }))
        .Without("concept mask", c => Method(c, m => m with { MaskConcepts = false }))
        .Vary(
            "operators",
            ["mochi-1", "mochi-2", "synco-1 synco-2 synco-3 synco-4 synco-5 synco-6", "mixcse", "positive-interpolation", "learned-representatives"],
            Operated)
        .Vary("K", [64], (c, k) => Synthesis(c, s => s with { Hardest = k }))
        .Vary("G", [1], (c, g) => Method(c, m => m with { Representatives = m.Representatives with { Groups = g } }))
        .Vary("λ", [4.0], (c, lambda) => Loss(c, l => l with { Lambda = lambda }))
        .Vary("τ", [0.05], (c, tau) => Loss(c, l => l with { Temperature = tau, LearnTemperature = false }))
        .Vary("form", [LossForm.Triplet, LossForm.Hcl], (c, form) => Loss(c, l => l with { Form = form, Margin = form == LossForm.Triplet ? 0.2 : 0 }));

    private static Ablation Interactions(Ablation grid) => grid
        .Interact("K", [16, 64], "λ", [0.25, 4.0], (c, k, lambda) => Loss(Synthesis(c, s => s with { Hardest = k }), l => l with { Lambda = lambda }))
        .Interact(
            "G",
            [1, 8],
            "τ_h",
            [0.02, 0.5],
            (c, g, tau) => Method(c, m => m with { Representatives = m.Representatives with { Groups = g, HardnessTemperature = tau } }));

    private static RunConfig Method(RunConfig config, Func<MethodConfig, MethodConfig> change) => config with { Method = change(config.Method!) };

    private static RunConfig Loss(RunConfig config, Func<HardNegativeLossOptions, HardNegativeLossOptions> change) =>
        Method(config, m => m with { Loss = change(m.Loss) });

    private static RunConfig Synthesis(RunConfig config, Func<SynthesisOptions, SynthesisOptions> change) =>
        Method(config, m => m with { Synthesis = change(m.Synthesis) });

    private static RunConfig Plain(RunConfig config) => Method(config, m => m with { Operators = [] });

    private static RunConfig Operated(RunConfig config, string operators) => Method(config, m => m with { Operators = operators.Split(' ') });
}
